using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The table of docs/stock-limiters.md tells which fields there are, with the limiters of .NET 10 and of .NET 11.</summary>
public class StockLimitersPageTests
{
    private const string Nothing = "–";

    private static readonly Dictionary<string, string[]> s_rows = Pages.Document("stock-limiters.md")
        .Split('\n')
        .Where(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
        .ToDictionary(cells => cells[0], cells => cells[1..]);

    [Fact]
    public Task Row_OfFixedWindows_IsTrue() => AssertRowAsync(
        "fixed window", new FixedWindowRateLimiter(new() { PermitLimit = 1, Window = Hour, AutoReplenishment = false }));

    [Fact]
    public Task Row_OfSlidingWindows_IsTrue() => AssertRowAsync(
        "sliding window", new SlidingWindowRateLimiter(new() { PermitLimit = 1, Window = Hour, SegmentsPerWindow = 4, AutoReplenishment = false }));

    [Fact]
    public Task Row_OfTokenBuckets_IsTrue() => AssertRowAsync(
        "token bucket", new TokenBucketRateLimiter(new() { TokenLimit = 1, TokensPerPeriod = 1, ReplenishmentPeriod = Hour, AutoReplenishment = false }));

    [Fact]
    public Task Row_OfConcurrencyLimiters_IsTrue() => AssertRowAsync("concurrency", new ConcurrencyLimiter(new() { PermitLimit = 1 }));

    [Fact]
    public Task Row_OfLimitersWithStatuses_IsTrue() => AssertRowAsync(
        "a limiter whose leases carry `QuotaMetadata.Statuses`", QuotaRateLimiter.Create(Quota.FixedWindow("q", 1, Hour)));

    [Fact]
    public Task Row_OfAnyOtherLimiter_IsTrue()
    {
        var requests = 0;
        return AssertRowAsync("any other", new ScriptedLimiter(() => new ScriptedLease(isAcquired: requests++ == 0, Hour))
        {
            Statistics = () => new RateLimiterStatistics { CurrentAvailablePermits = 0 },
        });
    }

    private static async Task AssertRowAsync(string name, RateLimiter limiter)
    {
        var row = s_rows[name];
        Assert.Equal(["Limit", "Remaining", "Reset", "Retry-After with .NET 10", "Retry-After with .NET 11"], s_rows["stock limiter"]);
        TestApi? api = null;
        TestResponse? rejected = null;

        // The second request comes while the first one runs, so that a concurrency limiter rejects it, too.
        await using (api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => limiter),
            map: app => app.MapGet("/", async () => $"{rejected = await api!.SendAsync()}")))
        {
            var admitted = await api.SendAsync();

            Assert.Equal(HttpStatusCode.OK, admitted.Status);
            Assert.Equal(row[0] != Nothing, admitted["X-RateLimit-Limit"] is not null);
            Assert.Equal(row[1] != Nothing, admitted["X-RateLimit-Remaining"] is not null);
            Assert.Equal(row[2] != Nothing, admitted["X-RateLimit-Reset"] is not null);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected!.Status);
        Assert.Equal(row[StockVersion.TellsWaits ? 4 : 3] != Nothing, rejected["Retry-After"] is not null);
    }
}
