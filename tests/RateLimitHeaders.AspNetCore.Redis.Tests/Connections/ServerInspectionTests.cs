using System.Text.RegularExpressions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Servers that answer and count wrongly are found out.</summary>
[Collection(Alone.Name)]
public sealed class ServerInspectionTests(GarnetTool garnet) : IClassFixture<GarnetTool>
{
    private const int MostAttempts = 5;

    [Theory]
    [InlineData("1gb", "allkeys-lru", false)]
    [InlineData("1gb", "volatile-ttl", false)]
    [InlineData("1gb", "noeviction", true)]
    [InlineData("0", "allkeys-lru", true)]
    public async Task EvictionPolicy_ThatDropsKeys_IsReported(string memory, string policy, bool isHealthy)
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", memory, "--maxmemory-policy", policy);
        await AssertAsync(server, isHealthy
            ? null
            : $"127.0.0.1:{server.Port} has the maxmemory-policy {policy}: when its memory is full, it deletes counts of callers, "
                + "and more than the limits is admitted. Set noeviction.");
    }

    [Fact]
    public async Task Server_WithoutAccessToInfo_HasNoFinding()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "1gb", "--maxmemory-policy", "allkeys-lru");
        await server.CommandAsync("ACL", "SETUSER", "default", "-info");
        await AssertAsync(server, finding: null);
    }

    [Fact]
    public async Task RedisEnterprise_IsRedis()
    {
        // A password with a comma cannot be read back from the text of the options, so that no other server could be tested.
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", "one,two");
        await using var shard = SpreadingProxy.Start(0, server);
        shard.Rewrite = answer => Regex.Replace(answer, "redis_git_sha1:[0-9a-f]{8}", "rlec_version:7.22.0-123");
        var options = ConfigurationOptions.Parse(shard.Configuration);
        options.Password = "one,two";
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        Assert.Contains(
            "rlec_version:7.22.0-123",
            (string?)await connection.GetDatabase().ScriptEvaluateAsync("return redis.call('INFO', 'server')"),
            StringComparison.Ordinal);

        using var store = new RedisStore(new RedisStoreOptions(), () => Task.FromResult<IConnectionMultiplexer>(connection));
        await store.WarmUpAsync(CancellationToken.None);
        Assert.Empty(await store.InspectAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Garnet_RunningScriptsInParallel_IsReported()
    {
        await using var server = await garnet.StartAsync("--lua");
        await AssertAsync(
            server,
            $"127.0.0.1:{server.Port} is a server with garnet_version 2.2.8, and runs scripts side by side: more than the limits is admitted. "
            + "Make it run scripts one at a time, as Garnet does with --lua-transaction-mode.");
    }

    [Fact]
    public async Task Garnet_RunningScriptsOneAtATime_HasNoFindingAndCountsExactly()
    {
        await using var server = await garnet.StartAsync("--lua", "--lua-transaction-mode", "true");
        await AssertAsync(server, finding: null);
        await using var one = await StartAsync(server, limit: 500);
        await using var other = await StartAsync(server, limit: 500);
        await one.WaitUntilCountingAsync();
        await other.WaitUntilCountingAsync();
        var admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                var (status, _) = await (caller % 2 == 0 ? one : other).GetAsync();
                Interlocked.Add(ref admitted, status == System.Net.HttpStatusCode.OK ? 1 : 0);
            }
        })));
        Assert.Equal(500, admitted);
    }

    [Fact]
    public async Task Garnet_WithoutLua_NamesTheRemedy()
    {
        await using var server = await garnet.StartAsync();
        await using var api = await StartAsync(server, limit: 10);
        await Eventually.IsTrueAsync(() => api.Guard.RecentFault is not null, "No fault is told.");
        Assert.EndsWith(
            "The server must run Lua scripts: Redis and Valkey do, Garnet with --lua and --lua-transaction-mode.",
            api.Guard.RecentFault!.Reason,
            StringComparison.Ordinal);
    }

    private static Task<RedisApi> StartAsync(RedisServer server, int limit) => RedisApi.StartAsync(
        limit,
        builder => builder.AddRedis(server.Configuration, redis =>
        {
            redis.Deadline = TimeSpan.FromSeconds(20);
            redis.WhenUnavailable = StoreUnavailable.Reject;
            redis.RememberRejections = false;
        }),
        services => services.AddHealthChecks().AddRateLimitHeadersStore());

    private static async Task AssertAsync(RedisServer server, string? finding)
    {
        var expected = (
            finding is null ? HealthStatus.Healthy : HealthStatus.Degraded,
            finding is null ? "Limits are counted in Redis." : $"Redis answers, but may count wrongly. {finding}");
        var found = await CheckAsync(server);

        // On a busy machine, no two scripts may run side by side while it is tried, or the trial may be late: what is there is found by another host.
        for (var attempt = 1; finding is not null && attempt < MostAttempts && found != expected; attempt++)
        {
            found = await CheckAsync(server);
        }

        Assert.Equal(expected, found);
    }

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(RedisServer server)
    {
        await using var api = await StartAsync(server, limit: 10);
        await api.WaitUntilCountingAsync();
        var report = await api.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return (report.Status, report.Entries.Values.Single().Description);
    }
}
