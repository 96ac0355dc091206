namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A cluster of three servers on this machine, without replicas.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;

    private readonly string _folder = Directory.CreateTempSubdirectory("redis-cluster").FullName;
    private readonly List<RedisServer> _nodes = [];

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    public string Configuration => string.Join(',', _nodes.Select(node => $"127.0.0.1:{node.Port}")) + ",abortConnect=false";

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                // Nodes talk to each other at a port of their own, 10,000 above unless it is said.
                var gossip = FreePort.Next();
                cluster._nodes.Add(await RedisServer.StartAsync(
                    "--cluster-enabled", "yes", "--cluster-port", $"{gossip}", "--dir", cluster._folder, "--cluster-config-file", $"node-{i}.conf"));
                await cluster._nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / 3}", $"{(Slots * (i + 1) / 3) - 1}");
                await cluster._nodes[i].CommandAsync("CONFIG", "SET", "cluster-node-timeout", "2000");
                if (i > 0)
                {
                    Assert.Equal("OK", await cluster._nodes[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{cluster._nodes[i].Port}", $"{gossip}"));
                }
            }

            await cluster.FormAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets the keys of callers that the cluster holds.</summary>
    public async Task<string[]> KeysAsync()
    {
        var keys = await Task.WhenAll(_nodes.Select(node => node.CommandAsync("KEYS", "ratelimit:*:*:*:*")));
        return [.. keys.SelectMany(held => held.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Begins to move the slot of a key to the next node, as operators do. Its keys stay where they are for now.</summary>
    public async Task<MovingSlot> BeginMoveAsync(string key)
    {
        var slot = await _nodes[0].CommandAsync("CLUSTER", "KEYSLOT", key);
        var (source, sourceId) = (-1, "");
        for (var i = 0; source < 0; i++)
        {
            // A node that does not serve the slot names the one that does.
            var answer = await _nodes[i].CommandAsync("GET", key);
            (source, sourceId) = answer.StartsWith("MOVED", StringComparison.Ordinal) ? (-1, "") : (i, await _nodes[i].CommandAsync("CLUSTER", "MYID"));
        }

        var move = new MovingSlot(slot, _nodes[source], _nodes[(source + 1) % _nodes.Count], _nodes[(source + 2) % _nodes.Count]);
        await move.BeginAsync(sourceId);
        return move;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task FormAsync()
    {
        foreach (var node in _nodes)
        {
            for (var attempt = 0; !await KnowsAllAsync(node); attempt++)
            {
                Assert.True(attempt < 300, $"The cluster is not formed within 15 s: {await node.CommandAsync("CLUSTER", "INFO")}");
                await Task.Delay(50);
            }
        }
    }

    private static async Task<bool> KnowsAllAsync(RedisServer node)
    {
        var info = await node.CommandAsync("CLUSTER", "INFO");
        return info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:3", StringComparison.Ordinal);
    }
}
