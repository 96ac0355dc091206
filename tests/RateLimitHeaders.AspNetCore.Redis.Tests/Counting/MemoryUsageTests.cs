using System.Globalization;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What docs/redis.md says that a caller needs of a server's memory.</summary>
public class MemoryUsageTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Quota[]> s_plans = new(StringComparer.Ordinal)
    {
        ["fixed window"] = [Quota.FixedWindow("q", 10, Hour)],
        ["sliding window"] = [Quota.SlidingWindow("q", 10, Hour)],
        ["token bucket"] = [Quota.TokenBucket("q", 10, Hour)],
        ["concurrency"] = [Quota.Concurrency("q", 10)],
        ["fixed window, sliding window and token bucket"] =
            [Quota.FixedWindow("a", 10, Hour), Quota.SlidingWindow("b", 10, Hour), Quota.TokenBucket("c", 10, Hour)],
    };

    public static TheoryData<string> Plans => [.. s_plans.Keys];

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task MemoryUsage_AfterOneRequest_IsAsDocumented(string plan)
    {
        var server = await SharedRedis.GetAsync();
        var options = new RedisStoreOptions { Configuration = server.Configuration };
        using var store = new RedisStore(options, open: null);
        var context = TestPlan.Create(TimeProvider.System, "api", s_plans[plan]);
        using var partitions = store.CreatePartitions(context);
        var caller = new RateLimitPrincipal("user", $"memory of {plan}");
        await partitions.AcquireAsync(
            new AcquireArguments(caller, Enumerable.Repeat(1L, s_plans[plan].Length).ToArray(), default), new RateLimitDecision { Principal = caller });
        var key = (string)new RedisKeys(context.Plan, options).Of(caller)!;
        var bytes = int.Parse(await server.CommandAsync("MEMORY", "USAGE", key), CultureInfo.InvariantCulture);
        output.WriteLine($"{plan}: {bytes} bytes");

        // Other servers and allocators than those of the page differ a little.
        var info = await server.CommandAsync("INFO");
        string[] ofThePage = ["redis_version:7.0.", "mem_allocator:jemalloc"];
        var tolerance = ofThePage.All(text => info.Contains(text, StringComparison.Ordinal)) ? 0 : 0.15;
        Assert.InRange(bytes, (1 - tolerance) * Documented(plan), (1 + tolerance) * Documented(plan));
    }

    private static int Documented(string plan)
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Path, "src/RateLimitHeaders.AspNetCore/docs/redis.md"));
        var line = Assert.Single(page, line => line.StartsWith($"| {plan} |", StringComparison.Ordinal));
        return int.Parse(line.Split('|')[2], CultureInfo.InvariantCulture);
    }
}
