using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A limiter of the application that tells where callers stand, as one that counts in a store would.</summary>
public class OwnStatusTests
{
    private static readonly QuotaDescription s_quota = new("stored", TimeSpan.FromHours(1));

    [Fact]
    public async Task Lease_WithStatusesOfItsOwn_GetsHeadersOfAllFamilies()
    {
        var status = new QuotaStatus(s_quota, limit: 952.5, remaining: 7, untilMore: TimeSpan.FromSeconds(1.5), untilAll: TimeSpan.FromHours(1));
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => new StatusLease([status]))),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf()));

        Assert.Equal(
            """
            X-RateLimit-Limit: 952.5
            X-RateLimit-Remaining: 7
            X-RateLimit-Reset: 1779548833
            RateLimit: "stored";r=7;t=2
            RateLimit-Policy: "stored";q=952;w=3600
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Lease_WithZeroUntilMoreAndAnUnknownReset_SendsZeroSecondsAndNoReset()
    {
        var status = new QuotaStatus(s_quota, limit: 10, remaining: 7, untilMore: TimeSpan.Zero);
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => new StatusLease([status]))),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf().CapAdvertisedRate(2)));

        Assert.Equal(
            """
            X-RateLimit-Limit: 10
            X-RateLimit-Remaining: 2
            RateLimit: "stored";r=2;t=0
            RateLimit-Policy: "stored";q=10;w=3600
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    /// <summary>An Integer of RFC 9651 has 15 digits, and a time beyond a century is not told to the second.</summary>
    [Fact]
    public async Task Lease_OfAnUnlimitedTier_SendsTheLargestNumbersOfTheFields()
    {
        var status = new QuotaStatus(
            s_quota, limit: double.PositiveInfinity, remaining: long.MaxValue, untilMore: TimeSpan.MaxValue, untilAll: TimeSpan.MaxValue);
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => new StatusLease([status]))),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf()));

        Assert.Equal(
            """
            X-RateLimit-Limit: 999999999999999
            X-RateLimit-Remaining: 999999999999999
            X-RateLimit-Reset: 4935305233
            RateLimit: "stored";r=999999999999999;t=3155760000
            RateLimit-Policy: "stored";q=999999999999999;w=3600
            """,
            (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task Limiter_WithStatisticsOfManyPermits_SendsTheLargestNumberOfTheFields()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => new StatusLease(null))
            {
                Statistics = () => new() { CurrentAvailablePermits = long.MaxValue - 1 },
            }),
            limits => limits.Headers(headers => headers.XRateLimit().Ietf()));

        var response = await api.SendAsync();

        Assert.Equal(("999999999999999", "\"stock\";r=999999999999999"), (response["X-RateLimit-Remaining"], response["RateLimit"]));
    }

    [Fact]
    public void Status_OfBadNumbers_IsAnError()
    {
        Assert.Throws<ArgumentNullException>(() => new QuotaStatus(null!, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuotaStatus(s_quota, -1d, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuotaStatus(s_quota, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuotaStatus(s_quota, 1, 1, untilMore: TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuotaStatus(s_quota, 1, 1, untilAll: TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentException>(() => new QuotaDescription("grün", TimeSpan.FromHours(1)));
        Assert.Throws<ArgumentException>(() => new QuotaDescription(null!, TimeSpan.FromHours(1)));
    }

    private sealed class StatusLease(QuotaStatus[]? statuses) : RateLimitLease
    {
        public override bool IsAcquired => true;

        public override IEnumerable<string> MetadataNames => statuses is null ? [] : [QuotaMetadata.Statuses.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == QuotaMetadata.Statuses.Name ? statuses : null;
            return metadata is not null;
        }
    }
}
