using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary><c>PartitionedRateLimiter</c> with a fixed window for each caller.</summary>
internal sealed class StockPartitions<TCaller>(PartitionedRateLimiter<TCaller> limiter) : Contender<TCaller>
    where TCaller : notnull
{
    public StockPartitions(Limit limit)
        : this(Create(new FixedWindowRateLimiterOptions { PermitLimit = limit.Permits, Window = limit.Window }))
    {
    }

    public override bool Acquire(TCaller caller)
    {
        using var lease = limiter.AttemptAcquire(caller);
        return lease.IsAcquired;
    }

    public override Contender<TCaller> ForAnotherThread() => new StockPartitions<TCaller>(limiter);

    public override void Dispose() => limiter.Dispose();

    private static PartitionedRateLimiter<TCaller> Create(FixedWindowRateLimiterOptions window) =>
        PartitionedRateLimiter.Create<TCaller, TCaller>(caller => RateLimitPartition.GetFixedWindowLimiter(caller, _ => window));
}
