using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A database whose answers the test gives, when it likes.</summary>
/// <remarks>The interface differs from version to version of the client library; nothing but scripts is called.</remarks>
public class FakeDatabase : DispatchProxy
{
    private readonly ConcurrentQueue<TaskCompletionSource<RedisResult>> _calls = [];

    /// <summary>Gets an answer that says nothing.</summary>
    internal static RedisResult Answer { get; } = (RedisResult)RuntimeHelpers.GetUninitializedObject(
        typeof(RedisResult).Assembly.GetTypes().First(type => type.IsSubclassOf(typeof(RedisResult)) && !type.IsAbstract));

    /// <summary>Gets the calls, which wait for their answers.</summary>
    internal TaskCompletionSource<RedisResult>[] Calls => [.. _calls];

    /// <summary>Makes a connection to a fake database.</summary>
    internal static (IConnectionMultiplexer Multiplexer, FakeDatabase Database) Create()
    {
        var database = Create<IDatabase, FakeDatabase>();
        var multiplexer = Create<IConnectionMultiplexer, FakeMultiplexer>();
        ((FakeMultiplexer)(object)multiplexer).Database = database;
        return (multiplexer, (FakeDatabase)(object)database);
    }

    /// <summary>Keeps the calls so far no longer, so that they can be collected.</summary>
    internal void Forget() => _calls.Clear();

    /// <summary>Waits for the next call.</summary>
    internal async Task<TaskCompletionSource<RedisResult>> CallAsync(int index)
    {
        for (var attempt = 0; _calls.Count <= index; attempt++)
        {
            Assert.True(attempt < 5_000, $"There was no call {index}.");
            await Task.Delay(1);
        }

        return Calls[index];
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Assert.Equal(nameof(IDatabase.ScriptEvaluateAsync), targetMethod!.Name);
        TaskCompletionSource<RedisResult> call = new();
        _calls.Enqueue(call);
        return call.Task;
    }
}
