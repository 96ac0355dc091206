using System.Threading.RateLimiting;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What STRL promises of each limiter.</summary>
public class LimiterContractTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task CostZero_ReadsWithoutChargingAndIsGrantedWhileThereIsOnePermit()
    {
        foreach (var quota in EachAlgorithm(2))
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            for (var i = 0; i < 5; i++)
            {
                var free = limiter.Take(0);
                Assert.Equal((true, null, 2L), (free.IsAcquired, free.RetryAfter, free.Statuses[0].Remaining));
                Assert.True((await limiter.Wait(0)).IsAcquired);
            }

            var retryAfter = limiter.Take(2) is { IsAcquired: true } && limiter.Take(1) is var rejected ? rejected.RetryAfter : null;
            var none = limiter.Take(0);
            Assert.Equal((false, retryAfter, 0L), (none.IsAcquired, none.RetryAfter, none.Statuses[0].Remaining));
            Assert.NotNull(retryAfter);
            Assert.True(none.Statuses[0].IsViolated);
            Assert.False((await limiter.Wait(0)).IsAcquired);
        }
    }

    [Fact]
    public async Task PermitsAboveTheLimit_Throw()
    {
        foreach (var quota in EachAlgorithm(3))
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            var thrown = Assert.Throws<ArgumentOutOfRangeException>("permitCount", () => limiter.AttemptAcquire(4));
            Assert.StartsWith("4 permits exceed the limit of 3: they can never be acquired.", thrown.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>("permitCount", () => limiter.Wait(4));
            Assert.True(limiter.Take(3).IsAcquired);
        }
    }

    [Fact]
    public async Task NegativePermits_Throw()
    {
        foreach (var quota in EachAlgorithm(3))
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            Assert.Throws<ArgumentOutOfRangeException>("permitCount", () => limiter.AttemptAcquire(-1));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>("permitCount", () => limiter.Wait(-1));
        }
    }

    [Fact]
    public void GetStatistics_CountsAvailableAndTotals()
    {
        foreach (var quota in EachAlgorithm(3))
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            AssertStatistics(limiter, available: 3, queued: 0, granted: 0, rejected: 0);
            limiter.Take(2);
            limiter.Take(2);
            limiter.Take(3);
            limiter.Take(0);
            AssertStatistics(limiter, available: 1, queued: 0, granted: 2, rejected: 2);
        }
    }

    [Fact]
    public async Task GetStatistics_CountsWaitersByTheirPermits()
    {
        var limiter = QuotaRateLimiter.Create(
            _clock, Quota.Concurrency("at once", 4, queueLimit: 5), Quota.TokenBucket("burst", 30, Seconds(1)));
        var held = limiter.Take(4);
        var waiting = new[] { limiter.Wait(3), limiter.Wait(2) };
        AssertStatistics(limiter, available: 0, queued: 5, granted: 1, rejected: 0);
        Assert.False((await limiter.Wait()).IsAcquired);
        held.Dispose();
        await waiting[0];
        AssertStatistics(limiter, available: 1, queued: 2, granted: 2, rejected: 1);
        limiter.Dispose();
        Assert.False((await waiting[1]).IsAcquired);
    }

    [Fact]
    public void IdleDuration_OfATimedQuota_IsNullWhileAnythingIsUsedAndThenGrows()
    {
        foreach (var quota in new[] { Quota.FixedWindow("q", 3, Seconds(60)), Quota.TokenBucket("q", 1, Seconds(60)) })
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
            _clock.Advance(Seconds(5));
            Assert.Equal(Seconds(5), limiter.IdleDuration);
            limiter.Take();
            Assert.Null(limiter.IdleDuration);
            _clock.Advance(Seconds(60) - Tick);
            Assert.Null(limiter.IdleDuration);
            _clock.Advance(Tick);
            Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
            _clock.Advance(Seconds(7));
            Assert.Equal(Seconds(7), limiter.IdleDuration);
            limiter.Peek();
            Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        }
    }

    [Fact]
    public void IdleDuration_OfASlidingWindow_IsNullUntilTheLastPermitHasLeft()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.SlidingWindow("q", 3, Seconds(60), segments: 6));
        limiter.Take();

        _clock.Advance(Seconds(60) - Tick);
        Assert.Null(limiter.IdleDuration);
        _clock.Advance(Tick + Seconds(2));
        Assert.Equal(Seconds(2), limiter.IdleDuration);
    }

    [Fact]
    public async Task IdleDuration_OfAConcurrencyQuota_IsNullWhileAPermitIsHeldAndThenGrows()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("q", 1, queueLimit: 1));
        var held = limiter.Take();
        var waiting = limiter.Wait();
        _clock.Advance(Day);
        Assert.Null(limiter.IdleDuration);
        held.Dispose();
        Assert.Null(limiter.IdleDuration);
        (await waiting).Dispose();
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        _clock.Advance(Seconds(3));
        Assert.Equal(Seconds(3), limiter.IdleDuration);
    }

    [Fact]
    public async Task Dispose_ThenAnything_ThrowsObjectDisposed()
    {
        foreach (var quota in EachAlgorithm(3))
        {
            var limiter = QuotaRateLimiter.Create(_clock, quota);
            var lease = limiter.Take();
            limiter.Dispose();
            limiter.Dispose();
            Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => limiter.Wait());
            Assert.Throws<ObjectDisposedException>(limiter.GetStatistics);
            Assert.Throws<ObjectDisposedException>(() => limiter.SetLimit("q", 1));
            Assert.Null(limiter.IdleDuration);
            lease.Dispose();
        }
    }

    [Fact]
    public async Task DisposeAsync_ThenAnAttempt_ThrowsObjectDisposed()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 1, Seconds(1)));
        await limiter.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire());
    }

    [Fact]
    public void Create_WithoutAClock_CountsOnTheSystemsClock()
    {
        using var limiter = QuotaRateLimiter.Create(Quota.FixedWindow("q", 1, Day));
        Assert.True(limiter.Take().IsAcquired);
        Assert.InRange(limiter.Take().RetryAfter!.Value, Tick, Day);
    }

    [Fact]
    public void PartitionedRateLimiter_OfQuotaRateLimiters_CountsEachKeyApart()
    {
        using var callers = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.Get(
            caller, _ => QuotaRateLimiter.Create(_clock, Quota.FixedWindow("q", 2, Seconds(60)), Quota.TokenBucket("r", 5, Seconds(5)))));
        Assert.True(callers.AttemptAcquire("alice", 2).IsAcquired);
        using var rejected = callers.AttemptAcquire("alice");
        Assert.False(rejected.IsAcquired);
        Assert.True(rejected.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter));
        Assert.Equal(Seconds(60), retryAfter);
        Assert.True(rejected.TryGetMetadata(QuotaMetadata.Statuses, out var statuses));
        Assert.Equal([0, 3], statuses!.Select(status => status.Remaining));
        Assert.True(callers.AttemptAcquire("bob").IsAcquired);
        Assert.Equal(1, callers.GetStatistics("bob")!.CurrentAvailablePermits);
    }

    private static Quota[] EachAlgorithm(int limit) => [.. Quotas.Each(limit), Quota.Concurrency("q", limit)];

    private static void AssertStatistics(RateLimiter limiter, long available, long queued, long granted, long rejected)
    {
        var statistics = limiter.GetStatistics()!;
        Assert.Equal(
            (available, queued, granted, rejected),
            (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
    }
}
