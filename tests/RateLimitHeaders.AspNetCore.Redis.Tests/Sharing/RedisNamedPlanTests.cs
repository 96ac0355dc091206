namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A caller that gets another plan keeps in Redis what it has used, whichever server counts it.</summary>
public class RedisNamedPlanTests
{
    [Fact]
    public async Task Caller_ThatGetsAnotherPlan_KeepsWhatItHasUsedOnAllServers()
    {
        await using var servers = await TwoServers.StartAsync(StartAsync);
        var (server, _, first, second) = servers;

        Assert.Equal(("3", "2"), await AskAsync(first, "ada/"));
        Assert.Equal(("3", "1"), await AskAsync(second, "ada/"));
        Assert.Equal(("5", "2"), await AskAsync(first, "ada/pro"));
        Assert.Equal(("3", "0"), await AskAsync(second, "ada/"));
        Assert.Equal(429, (int)(await SendAsync(first, "ada/")).Status);

        // The rejection that the server remembers is one of the other plan.
        Assert.Equal(("5", "1"), await AskAsync(first, "ada/pro"));
        Assert.Equal(("9", "8"), await AskAsync(first, "ada/other"));
        Assert.Equal(
            ["ratelimit:default:key%2Fother", "ratelimit:default:key"],
            (await server.CommandAsync("KEYS", "*")).Split('\n').Select(key => string.Join(':', key.Split(':')[..3])).OrderDescending());

        var looked = await first.Services.GetRequiredService<IRateLimitOperator>().LookAsync(new("key", "ada"));
        Assert.Equal([("key", 1L, 5d), ("key/other", 8L, 9d)], looked.Select(standing => (standing.TokenType, (long)standing.Statuses[0].Remaining, standing.Statuses[0].Limit)));
    }

    private static Task<TestApi> StartAsync(RedisServer server, ManualTimeProvider clock) => RedisTesting.StartAsync(
        server,
        limits => limits
            .Principals(who => who.FromHeader("Key", "key", (_, key) => new ValueTask<RateLimitIdentity?>(IdentityOf(key))))
            .DefaultPolicy(policy => policy
                .For("key", plan => plan.FixedWindow("hourly", 3, Hour))
                .For("key", "pro", plan => plan.FixedWindow("hourly", 5, Hour))
                .For("key", "other", plan => plan.SlidingWindow("hourly", 9, Hour))
                .ForOthers(plan => plan.FixedWindow("hourly", 100, Hour))),
        clock);

    private static RateLimitIdentity? IdentityOf(string key) =>
        key.Split('/') is [var id, var plan] ? new RateLimitIdentity(id) { Plan = plan.Length == 0 ? null : plan } : null;

    private static async Task<(string? Limit, string? Remaining)> AskAsync(TestApi api, string key) =>
        await SendAsync(api, key) is var answer ? (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) : default;

    private static Task<TestResponse> SendAsync(TestApi api, string key) => api.SendAsync(headers: ("Key", key));
}
