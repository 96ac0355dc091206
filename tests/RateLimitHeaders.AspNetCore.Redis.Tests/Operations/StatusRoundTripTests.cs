using System.Net;
using System.Text.Json;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The status of a caller costs one call for every hundred policies, whatever their plans count with.</summary>
public class StatusRoundTripTests
{
    private const int Policies = 12;

    [Fact]
    public async Task Status_UnderManyPolicies_IsOneCall()
    {
        const int Times = 5;
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartAsync(server.Configuration, groupsCalls: null);
        await api.CountsInRedisAsync(server);
        await ChargeAsync(api);
        await AssertStandingAsync(api);
        await CommandStatistics.ResetAsync(server);

        for (var i = 0; i < Times; i++)
        {
            await AssertStandingAsync(api);
        }

        var statistics = await CommandStatistics.ReadAsync(server);
        Assert.Equal((Times, Times), (statistics.Scripts, statistics.AllScripts));
        Assert.Empty(statistics.Others);
        Assert.Equal("3", await server.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task Status_InACluster_ReturnsTheStatusesOfAllPolicies()
    {
        await using var cluster = await RedisCluster.StartAsync();

        // As if the client knew nothing of the cluster, which rejects the call of several keys.
        foreach (bool? groupsCalls in new bool?[] { null, true })
        {
            await using var api = await StartAsync(cluster.Configuration, groupsCalls);
            await CountsAsync(api.Services.GetRequiredService<SharedStoreGuard>().Guard!);
            if (groupsCalls is null)
            {
                await ChargeAsync(api);
            }

            await AssertStandingAsync(api);
            await AssertStandingAsync(api);
        }
    }

    [Fact]
    public async Task Status_WithAKeyThatHoldsSomethingElse_LogsTheErrorOfThatKey()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartAsync(server.Configuration, groupsCalls: null);
        await api.CountsInRedisAsync(server);
        await api.SendAsync("/1");
        var key = await server.CommandAsync("KEYS", "ratelimit:*:*:*:*");
        await server.CommandAsync("DEL", key);
        await server.CommandAsync("HSET", key, "of", "another");

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/rate_limit")).Status);
        var logged = Assert.Single(api.Log.Entries, entry => entry.Id == EventIds.StoreCallFailed);
        Assert.Contains("WRONGTYPE Operation against a key holding the wrong kind of value", logged.Message, StringComparison.Ordinal);
        Assert.True(api.Services.GetRequiredService<SharedStoreGuard>().Guard!.IsAvailable);
    }

    [Fact]
    public async Task Status_WhileRedisDoesNotAnswer_IsAnAnswerAllTheSame()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartAsync(server.Configuration, groupsCalls: null);
        await api.CountsInRedisAsync(server);
        await server.StopAsync();

        var response = await api.SendAsync("/rate_limit");
        Assert.Equal(HttpStatusCode.OK, response.Status);
        using var document = JsonDocument.Parse(response.Body);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("rate").ValueKind);
        var policies = document.RootElement.GetProperty("policies");
        Assert.Equal(Policies, policies.GetArrayLength());
        Assert.All(policies.EnumerateArray(), policy => Assert.Equal(
            ("standing-unknown", "Redis cannot count at the moment, and until it can, all requests are rejected."),
            (policy.GetProperty("headers").GetProperty("code").GetString(), policy.GetProperty("headers").GetProperty("why").GetString())));
    }

    private static Task<TestApi> StartAsync(string configuration, bool? groupsCalls) => TestApi.StartAsync(
        limits =>
        {
            limits.DefaultPolicy(policy => policy.FixedWindow("hourly", 10, TimeSpan.FromHours(1)));
            for (var i = 1; i < Policies; i++)
            {
                limits.AddPolicy($"policy{i}", policy => _ = (i % 4) switch
                {
                    0 => policy.FixedWindow("hourly", 10, TimeSpan.FromHours(1)),
                    1 => policy.SlidingWindow("hourly", 10, TimeSpan.FromHours(1)),
                    2 => policy.TokenBucket("burst", capacity: 10, refillPerSecond: 0.001),
                    _ => policy.Concurrency("slots", 10),
                });
            }
        },
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/1", () => "hello").RequireRateLimiting("policy1");
            web.MapGet("/2", () => "hello").RequireRateLimiting("policy2");
            web.MapRateLimitStatus("/rate_limit");
        },
        services => services.AddRateLimitHeaders().AddRedis(configuration, options =>
        {
            options.Deadline = TimeSpan.FromSeconds(20);
            options.WhenUnavailable = StoreUnavailable.Reject;
            options.GroupCalls = groupsCalls;
        }));

    private static async Task CountsAsync(StoreGuard guard)
    {
        for (var attempt = 0; !await guard.CheckAsync(); attempt++)
        {
            Assert.True(attempt < 2_000, $"It does not count in Redis: {guard.Outage}");
            await Task.Delay(10);
        }
    }

    private static async Task ChargeAsync(TestApi api)
    {
        foreach (var path in new[] { "/", "/1", "/2" })
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(path)).Status);
        }
    }

    /// <summary>Asserts that one permit is taken under each of the first three policies.</summary>
    private static async Task AssertStandingAsync(TestApi api)
    {
        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        var quotas = document.RootElement.GetProperty("policies").EnumerateArray().Select(policy => policy.GetProperty("quotas")[0]);
        Assert.Equal(
            [.. Enumerable.Repeat(9L, 3), .. Enumerable.Repeat(10L, Policies - 3)], quotas.Select(quota => quota.GetProperty("remaining").GetInt64()));
    }
}
