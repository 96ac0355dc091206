using System.Reflection;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A connection that has a <see cref="FakeDatabase"/> and nothing else, and is never lost.</summary>
public class FakeMultiplexer : DispatchProxy
{
    public IDatabase? Database { get; set; }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name is "add_ConnectionFailed" or "add_ConnectionRestored" or "remove_ConnectionFailed" or "remove_ConnectionRestored")
        {
            return null;
        }

        Assert.Equal(nameof(IConnectionMultiplexer.GetDatabase), targetMethod.Name);
        return Database;
    }
}
