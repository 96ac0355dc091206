using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the tests of the limiters have in common.</summary>
internal static class LimiterTesting
{
    public static readonly TimeSpan Tick = new(1);

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static QuotaLease Take(this RateLimiter limiter, int permits = 1) => (QuotaLease)limiter.AttemptAcquire(permits);

    public static QuotaLease Peek(this RateLimiter limiter) => limiter.Take(0);

    /// <summary>Asks and, where there is a queue, waits in it. Who waits in vain fails rather than hang the run.</summary>
    public static async Task<QuotaLease> Wait(this RateLimiter limiter, int permits = 1, CancellationToken cancellationToken = default) =>
        (QuotaLease)await limiter.AcquireAsync(permits, cancellationToken).AsTask().WaitAsync(Seconds(20), CancellationToken.None);

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>A limiter as a partition has it whose plan has this quota, which must be a compact one.</summary>
    public static QuotaRateLimiter Compact(TimeProvider clock, Quota quota)
    {
        var limiter = LimiterFactory.Create(new QuotaSet(clock, [quota]));
        Assert.IsNotType<StandardQuotaRateLimiter>(limiter);
        return limiter;
    }

    /// <summary>Both kinds of limiter of one quota, since they keep their counts differently.</summary>
    public static QuotaRateLimiter[] Both(TimeProvider clock, Quota quota) =>
        [QuotaRateLimiter.Create(clock, quota), Compact(clock, quota)];

    public static void AssertStatus(QuotaLease lease, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll, int quota = 0)
    {
        var status = lease.Statuses[quota];
        Assert.Equal((limit, remaining, untilMore, untilAll), (status.Limit, status.Remaining, status.UntilMore, status.UntilAll));
    }

    /// <summary>Everything that a lease says, to compare one with another.</summary>
    public static string Says(QuotaLease lease)
    {
        var statuses = lease.Statuses.ToArray()
            .Select(s => $"{s.Name}: {s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}{(s.IsViolated ? ", violated" : "")}");
        return $"{(lease.IsAcquired ? "granted" : "rejected")}, retry after {lease.RetryAfter}; {string.Join("; ", statuses)}";
    }

    /// <summary>Where the caller stands, without asking for anything.</summary>
    public static string Stands(RateLimiter limiter) => Says(limiter.Peek());
}
