namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A cluster of three servers on this machine, without replicas.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;

    private readonly string _folder = Directory.CreateTempSubdirectory("redis-cluster").FullName;
    private readonly List<RedisServer> _nodes = [];
    private readonly bool _losesNodes;

    private RedisCluster(bool losesNodes) => _losesNodes = losesNodes;

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    public string Configuration
    {
        get
        {
            var nodes = string.Join(',', _nodes.Select(node => $"127.0.0.1:{node.Port}"));
            return _losesNodes ? $"{nodes},abortConnect=false" : RedisServer.ConfigurationOf(nodes);
        }
    }

    /// <summary>Starts a cluster.</summary>
    /// <param name="losesNodes">
    /// Whether a node that does not answer is taken for lost after two seconds, and the client gives calls up early. Nodes of a busy machine
    /// may be as late as that without being lost.
    /// </param>
    public static async Task<RedisCluster> StartAsync(bool losesNodes = false)
    {
        var cluster = new RedisCluster(losesNodes);
        try
        {
            for (var i = 0; i < 3; i++)
            {
                // Nodes talk to each other at a port of their own, 10,000 above unless it is said.
                var gossip = FreePort.Next();
                cluster._nodes.Add(await RedisServer.StartAsync(
                    "--cluster-enabled", "yes", "--cluster-port", $"{gossip}", "--dir", cluster._folder, "--cluster-config-file", $"node-{i}.conf"));
                await cluster._nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / 3}", $"{(Slots * (i + 1) / 3) - 1}");
                if (i > 0)
                {
                    Assert.Equal("OK", await cluster._nodes[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{cluster._nodes[i].Port}", $"{gossip}"));
                }
            }

            await cluster.FormAsync();
            foreach (var node in losesNodes ? cluster._nodes : [])
            {
                await node.CommandAsync("CONFIG", "SET", "cluster-node-timeout", "2000");
            }

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
        // A node that has not heard of the last move yet may claim a slot that it no longer has, and that one has no node then.
        for (var attempt = 0; (await Task.WhenAll(_nodes.Select(ViewOfAsync))).Distinct().Skip(1).Any(); attempt++)
        {
            Assert.True(attempt < 3_000, $"The nodes do not agree within 60 s: {await _nodes[0].CommandAsync("CLUSTER", "NODES")}");
            await Task.Delay(20);
        }

        // A node that does not have the slot names the one that does.
        var slot = await _nodes[0].CommandAsync("CLUSTER", "KEYSLOT", key);
        var answers = await Task.WhenAll(_nodes.Select(node => node.CommandAsync("GET", key)));
        var source = Assert.Single(Enumerable.Range(0, _nodes.Count), i => !answers[i].StartsWith("MOVED", StringComparison.Ordinal));
        var move = new MovingSlot(slot, _nodes[source], _nodes[(source + 1) % _nodes.Count], _nodes[(source + 2) % _nodes.Count]);
        await move.BeginAsync(await _nodes[source].CommandAsync("CLUSTER", "MYID"));
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
                Assert.True(attempt < 1_200, $"The cluster is not formed within a minute: {await node.CommandAsync("CLUSTER", "INFO")}");
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Gets what a node knows of each: its id, the epoch of its configuration, and its slots.</summary>
    private static async Task<string> ViewOfAsync(RedisServer node)
    {
        var nodes = (await node.CommandAsync("CLUSTER", "NODES")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '));
        return string.Join('\n', nodes.Select(parts => $"{parts[0]} {parts[6]} {string.Join(' ', parts.Skip(8))}").Order(StringComparer.Ordinal));
    }

    private static async Task<bool> KnowsAllAsync(RedisServer node)
    {
        var info = await node.CommandAsync("CLUSTER", "INFO");
        return info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:3", StringComparison.Ordinal);
    }
}
