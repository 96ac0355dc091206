using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A hub method whose invocations are limited, represented by an endpoint with the attributes of the method and its hub.</summary>
internal sealed class HubMethod
{
    private readonly Func<object, LimitedInvocation, object>? _hold;

    private HubMethod(Endpoint endpoint, MethodInfo method)
    {
        Endpoint = endpoint;
        _hold = HubStream.HolderOf(method);
    }

    public Endpoint Endpoint { get; }

    /// <summary>Gets a value indicating whether invocations last until the end of a stream that the method returns.</summary>
    public bool ReturnsStream => _hold is not null;

    /// <summary>Returns the method; <see langword="null"/> if its invocations are not limited.</summary>
    public static HubMethod? Of(Type hub, MethodInfo method) => EndpointOf(hub, method) is { } endpoint ? new HubMethod(endpoint, method) : null;

    /// <summary>Returns the methods of a hub that have attributes of their own. Those of the hub are also attributes of its endpoint.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="attribute">The type of the attributes.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "MapHub keeps the public methods of the hubs that it maps.")]
    public static IEnumerable<MethodInfo> With(Type attribute, Type hub) =>
        hub.GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(method => method.IsDefined(attribute));

    /// <summary>Makes the invocation last until the stream ends.</summary>
    public object Hold(object stream, LimitedInvocation invocation, CancellationToken aborted)
    {
        var held = _hold!(stream, invocation);
        invocation.EndWith(aborted);
        return held;
    }

    /// <summary>Returns the endpoint that represents a method; <see langword="null"/> if its invocations are not limited.</summary>
    public static Endpoint? EndpointOf(Type hub, MethodInfo method)
    {
        var own = AttributesOf(method);
        IEnumerable<object> all = AttributesOf(hub);

        // The method takes precedence over its hub, whose connections may be unlimited.
        if (own.OfType<EnableRateLimitingAttribute>().Any())
        {
            all = all.Where(attribute => attribute is not DisableRateLimitingAttribute);
        }

        return EndpointOf([.. all, .. own], NameOf(hub, method));
    }

    /// <summary>Returns the endpoint that represents methods without attributes; <see langword="null"/> if their invocations are not limited.</summary>
    public static Endpoint? EndpointOf(Type hub) => EndpointOf(AttributesOf(hub), hub.Name);

    public static string NameOf(Type hub, MethodInfo method) => $"{hub.Name}.{method.Name}";

    /// <summary>Returns the attributes in the order of metadata, the nearest last: reflection lists those of a base after a member's own.</summary>
    private static object[] AttributesOf(MemberInfo member) => [.. member.GetCustomAttributes(inherit: true).Reverse()];

    private static Endpoint? EndpointOf(object[] metadata, string name) =>
        metadata.OfType<EnableRateLimitingAttribute>().Any() && !metadata.OfType<DisableRateLimitingAttribute>().Any()
            ? new Endpoint(requestDelegate: null, new EndpointMetadataCollection(metadata), name)
            : null;
}
