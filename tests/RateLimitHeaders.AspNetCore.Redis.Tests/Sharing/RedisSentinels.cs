namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A server, its replica, and three sentinels that put the replica in its place when it does not answer.</summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    private const string Service = "limits";

    private readonly string _folder = Directory.CreateTempSubdirectory("redis-sentinels").FullName;
    private readonly List<RedisServer> _sentinels = [];

    private RedisSentinels(RedisServer master, RedisServer replica) => (Master, Replica) = (master, replica);

    public RedisServer Master { get; }

    public RedisServer Replica { get; }

    public string Configuration =>
        string.Join(',', _sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}")) + $",serviceName={Service},abortConnect=false";

    public static async Task<RedisSentinels> StartAsync()
    {
        var master = await RedisServer.StartAsync();
        var sentinels = new RedisSentinels(
            master, RedisServer.NotStarted("--replicaof", "127.0.0.1", $"{master.Port}", "--repl-diskless-sync-delay", "0"));
        try
        {
            await sentinels.Replica.StartAgainAsync();
            for (var i = 0; i < 3; i++)
            {
                sentinels._sentinels.Add(await RedisServer.StartAsync(RedisBinary.Find(), sentinels.ArgumentsOf));
            }

            await sentinels.FormAsync();
            return sentinels;
        }
        catch
        {
            await sentinels.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _sentinels.Append(Replica).Append(Master))
        {
            await server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Writes the file of a sentinel, which keeps there what it knows.</summary>
    private string[] ArgumentsOf(int port)
    {
        var file = Path.Combine(_folder, $"{port}.conf");
        File.WriteAllText(
            file,
            $"""
            port {port}
            bind 127.0.0.1
            dir {_folder}
            sentinel monitor {Service} 127.0.0.1 {Master.Port} 2
            sentinel down-after-milliseconds {Service} 2000
            sentinel failover-timeout {Service} 3000

            """);
        return [file, "--sentinel"];
    }

    /// <summary>Waits until the replica has what the server has, and the sentinels know it and each other.</summary>
    private async Task FormAsync()
    {
        for (var attempt = 0; !await IsFormedAsync(); attempt++)
        {
            Assert.True(
                attempt < 1_200, $"The sentinels do not know each other within a minute: {await _sentinels[0].CommandAsync("SENTINEL", "MASTER", Service)}");
            await Task.Delay(50);
        }
    }

    private async Task<bool> IsFormedAsync()
    {
        var states = await Task.WhenAll(_sentinels.Select(sentinel => sentinel.CommandAsync("SENTINEL", "MASTER", Service)));
        return states.All(state => state.Contains("num-slaves\n1\nnum-other-sentinels\n2\n", StringComparison.Ordinal))
            && (await Replica.CommandAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal);
    }
}
