using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes an invocation last until the end of the stream that it returns.</summary>
internal static class HubStream
{
    /// <summary>
    /// Returns a function that wraps a stream so that its end ends the invocation; <see langword="null"/> if the method returns nothing that
    /// SignalR treats as a stream.
    /// </summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "SignalR finds streams by the same interfaces and base types.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Code for value types is not requested where it cannot be generated; SignalR does not stream them there.")]
    public static Func<object, LimitedInvocation, object>? HolderOf(MethodInfo method)
    {
        for (var type = ResultOf(method.ReturnType); type is not null; type = type.BaseType)
        {
            if (type.GetInterfaces().Prepend(type).FirstOrDefault(IsStream)?.GenericTypeArguments[0] is { } item)
            {
                return item.IsValueType && !RuntimeFeature.IsDynamicCodeSupported ? null
                    : typeof(HubStream).GetMethod(nameof(Hold), BindingFlags.NonPublic | BindingFlags.Static)!
                        .MakeGenericMethod(item).CreateDelegate<Func<object, LimitedInvocation, object>>();
            }
        }

        return null;
    }

    private static Type ResultOf(Type type) => IsOf(type, typeof(Task<>)) || IsOf(type, typeof(ValueTask<>)) ? type.GenericTypeArguments[0] : type;

    private static bool IsStream(Type type) => IsOf(type, typeof(IAsyncEnumerable<>)) || IsOf(type, typeof(ChannelReader<>));

    private static bool IsOf(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static object Hold<T>(object stream, LimitedInvocation invocation) => stream is ChannelReader<T> reader
        ? new HeldChannelReader<T>(reader, invocation)
        : HoldAsync((IAsyncEnumerable<T>)stream, invocation);

    private static async IAsyncEnumerable<T> HoldAsync<T>(
        IAsyncEnumerable<T> stream, LimitedInvocation invocation, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var item in stream.WithCancellation(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            await invocation.EndAsync();
        }
    }
}
