using System.Globalization;
using System.Net;
using System.Security.Claims;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class KeyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Keys_OfAllKindsOfCallers_CarryNoIdAndExpire()
    {
        string[] ids = ["alice@example.com", "Bearer eyJhbGciOiJIUzI1NiJ9.c2VjcmV0", "{braces}", new string('x', 300), "192.0.2.77", "ünïcödé-id"];
        await using var server = await RedisServer.StartAsync();
        await using var api = await RedisTesting.StartAsync(server, limits => limits
            .DefaultPolicy(policy => policy
                .For(TokenTypes.User, plan => plan
                    .TokenBucket("burst", capacity: 10, refillPerSecond: 1)
                    .SlidingWindow("minutely", 100, TimeSpan.FromMinutes(1))
                    .Concurrency("at once", 10))
                .ForAnonymous(plan => plan.FixedWindow("minutely", 5, TimeSpan.FromMinutes(1)))));
        await api.CountsInRedisAsync(server);
        foreach (var id in ids)
        {
            var response = id == "192.0.2.77"
                ? await api.SendAsync(address: id)
                : await api.SendAsync(claims: [$"{ClaimTypes.NameIdentifier}={Uri.EscapeDataString(id)}"]);
            Assert.NotNull(response["X-RateLimit-Remaining"]);
        }

        // What tests whether the server can count writes to keys of its own for some seconds.
        string[] keys = [.. (await server.CommandAsync("KEYS", "*")).Split('\n').Where(key => !key.StartsWith("ratelimit:check:", StringComparison.Ordinal))];
        Assert.Equal(ids.Length, keys.Length);
        foreach (var key in keys)
        {
            var seen = key + await server.CommandAsync("GET", key) + await server.CommandAsync("DUMP", key);
            foreach (var id in ids)
            {
                Assert.DoesNotContain(id, seen, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Uri.EscapeDataString(id), seen, StringComparison.OrdinalIgnoreCase);
            }

            Assert.Contains("default", key, StringComparison.OrdinalIgnoreCase);
            Assert.True(key.Contains(TokenTypes.User, StringComparison.Ordinal) || key.Contains(TokenTypes.Anonymous, StringComparison.Ordinal), key);

            var left = int.Parse(await server.CommandAsync("PTTL", key), CultureInfo.InvariantCulture);
            var bytes = int.Parse(await server.CommandAsync("STRLEN", key), CultureInfo.InvariantCulture);
            output.WriteLine($"{key}: {bytes} bytes, expires in {left} ms");

            // The window, a segment of it, an eighth more and two seconds.
            Assert.InRange(left, 1, 76_000);
            Assert.InRange(bytes, 1, 200);
        }
    }

    [Fact]
    public async Task Keys_WhenNothingIsUsedAnyMore_Expire()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await RedisTesting.StartAsync(server, limits => limits
            .DefaultPolicy(policy => policy
                .TokenBucket("burst", capacity: 10, refillPerSecond: 100).FixedWindow("half", 10, TimeSpan.FromSeconds(0.5))));
        await api.CountsInRedisAsync(server);

        // They are there for some two seconds only, in which a busy machine may not come to look.
        var keys = "0";
        for (var attempt = 0; keys == "0" && attempt < 5; attempt++)
        {
            await api.SendAsync(address: "192.0.2.1");
            keys = await server.CommandAsync("DBSIZE");
        }

        Assert.NotEqual("0", keys);
        for (var attempt = 0; await server.CommandAsync("DBSIZE") != "0"; attempt++)
        {
            Assert.True(attempt < 400, "The keys are still there after 20 s.");
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Keys_OfAUserThatMayUseNoOtherPrefix_AreCounted()
    {
        await using var server = await RedisServer.StartAsync();

        // What the scripts do, and what the client library says of itself when it connects.
        await server.CommandAsync(
            "ACL", "SETUSER", "shop", "on", ">password", "~shop:*", "-@all", "+eval", "+evalsha", "+time", "+get", "+set", "+setrange", "+@connection");
        await using var api = await RedisApi.StartAsync(10, builder => builder.AddRedis($"{server.Configuration},user=shop,password=password", redis =>
        {
            redis.KeyPrefix = "shop";
            redis.Deadline = TimeSpan.FromSeconds(20);
            redis.WhenUnavailable = StoreUnavailable.Reject;
        }));
        Assert.Equal((HttpStatusCode.OK, 9), await api.GetAsync());
        await api.WaitUntilCountingAsync();
        Assert.Empty(api.StoreEvents);
    }
}
