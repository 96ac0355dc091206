namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A slot of a cluster on its way from one node to another.</summary>
/// <param name="slot">The slot.</param>
/// <param name="source">The node that has it.</param>
/// <param name="target">The node that gets it.</param>
/// <param name="other">The node that only hears of it.</param>
internal sealed class MovingSlot(string slot, RedisServer source, RedisServer target, RedisServer other)
{
    private string _targetId = "";

    /// <summary>Gets the node that gets the slot.</summary>
    public RedisServer Target => target;

    public async Task BeginAsync(string sourceId)
    {
        _targetId = await target.CommandAsync("CLUSTER", "MYID");
        Assert.Equal("OK", await target.CommandAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId));
        Assert.Equal("OK", await source.CommandAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", _targetId));
    }

    /// <summary>Moves one key.</summary>
    public async Task MoveAsync(string key) =>
        Assert.Equal("OK", await source.CommandAsync("MIGRATE", "127.0.0.1", $"{target.Port}", key, "0", "5000"));

    /// <summary>Moves the keys that are left, then the slot itself.</summary>
    public async Task EndAsync()
    {
        for (string key; (key = await source.CommandAsync("CLUSTER", "GETKEYSINSLOT", slot, "1")) != "";)
        {
            await MoveAsync(key);
        }

        foreach (var node in new[] { target, source, other })
        {
            Assert.Equal("OK", await node.CommandAsync("CLUSTER", "SETSLOT", slot, "NODE", _targetId));
        }
    }
}
