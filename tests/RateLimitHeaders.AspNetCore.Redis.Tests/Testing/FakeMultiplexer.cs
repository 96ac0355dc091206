using System.Reflection;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A connection that has a <see cref="FakeDatabase"/> and nothing else.</summary>
public class FakeMultiplexer : DispatchProxy
{
    public IDatabase? Database { get; set; }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Assert.Equal(nameof(IConnectionMultiplexer.GetDatabase), targetMethod!.Name);
        return Database;
    }
}
