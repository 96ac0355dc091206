using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A limiter of System.Threading.RateLimiting itself, whose periods end when the test says so.</summary>
/// <param name="limiter">The limiter, with a period of one tick, so that it takes any real time for one.</param>
/// <param name="period">The period that each call stands for.</param>
internal sealed class StockLimiter(ReplenishingRateLimiter limiter, TimeSpan period) : StockModel
{
    private static readonly TimeSpan s_realPeriod = TimeSpan.FromTicks(3);

    private long _periods;

    public override bool TryTake(TimeSpan now)
    {
        for (; _periods < now.Ticks / period.Ticks; _periods++)
        {
            var start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < s_realPeriod)
            {
                Thread.SpinWait(1);
            }

            Assert.True(limiter.TryReplenish());
        }

        using var lease = limiter.AttemptAcquire();
        return lease.IsAcquired;
    }
}
