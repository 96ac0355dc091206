using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// Policies that decide together behind a proxy that spreads keys over two servers: the key of one policy and that of another are on
/// different ones, whoever the caller is.
/// </summary>
public class ProxyTests
{
    [Theory]
    [InlineData(",proxy=Envoyproxy", null)]
    [InlineData(",proxy=Twemproxy", null)]
    [InlineData("", false)]
    public async Task GlobalPolicy_HasOneCount_WhateverPolicyItIsCombinedWith(string proxyIsNamed, bool? groupsCalls)
    {
        await using var one = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, one, other);
        await using var api = await StartAsync($"{proxy.Configuration}{proxyIsNamed}", groupsCalls);

        await one.CommandAsync("FLUSHALL");
        await other.CommandAsync("FLUSHALL");

        // What the global policy rejects gets back what it took of the policy of its endpoint.
        List<string> answers = [];
        foreach (var path in (string[])["/a", "/b", "/", "/a", "/b", "/a", "/b", "/"])
        {
            var answer = await api.SendAsync(path);
            var remaining = answer["RateLimit"]!.Split(", ").Select(item => item.Split(';')[1]);
            answers.Add($"{path} {(int)answer.Status} {string.Join(' ', remaining)}");
        }

        Assert.Equal(
            ["/a 200 r=2 r=4", "/b 200 r=2 r=3", "/ 200 r=2", "/a 200 r=1 r=1", "/b 200 r=1 r=0", "/a 429 r=1 r=0", "/b 429 r=1 r=0", "/ 429 r=0"],
            answers);

        // One key of a policy is apart from that of the global one, so that no script could have read both.
        string[] keys = [await KeysOfAsync(one), await KeysOfAsync(other)];
        Assert.Equal(["a", "b", "global"], keys.SelectMany(text => text.Split('\n')).Select(key => key.Split(':')[1]).Order());
        Assert.All(keys, text => Assert.NotEmpty(text));
    }

    [Theory]
    [InlineData("Envoyproxy")]
    [InlineData("Twemproxy")]
    public async Task Callers_BehindANamedProxy_CannotBeListed(string name)
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, server);
        await using var api = await StartAsync($"{proxy.Configuration},proxy={name}", groupsCalls: null);
        var thrown = await Assert.ThrowsAsync<RateLimitStoreException>(
            () => api.Services.GetRequiredService<IRateLimitOperator>().ListNearestAsync(new RateLimitCallerQuery("a", "anonymous")));
        Assert.EndsWith(
            "Listing needs the command SCAN, which an access rule allows with +scan, and which proxies do not have.", thrown.Message, StringComparison.Ordinal);
    }

    private static Task<string> KeysOfAsync(RedisServer server) => server.CommandAsync("KEYS", "ratelimit:*:*:*:*");

    private static async Task<TestApi> StartAsync(string configuration, bool? groupsCalls)
    {
        var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("a", policy => policy.FixedWindow("own", 3, Hour))
                .AddPolicy("b", policy => policy.FixedWindow("own", 3, Hour))
                .Global(policy => policy.FixedWindow("all", 5, Hour))
                .Headers(headers => headers.Ietf()),
            Map,
            services => services.AddRateLimitHeaders().AddRedis(configuration, options =>
            {
                RedisTesting.Configure(options);
                options.GroupCalls = groupsCalls;
                options.RememberRejections = false;
            }));
        for (var attempt = 0; (await api.SendAsync(address: "198.51.100.1")).Status == HttpStatusCode.ServiceUnavailable; attempt++)
        {
            Assert.True(attempt < 400, "It does not count in Redis within 20 s.");
            await Task.Delay(50);
        }

        return api;
    }

    private static void Map(WebApplication web)
    {
        web.MapGet("/", () => "free");
        web.MapGet("/a", () => "a").RequireRateLimiting("a");
        web.MapGet("/b", () => "b").RequireRateLimiting("b");
    }
}
