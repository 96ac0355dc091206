using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Asks a limiter for permits, in few words.</summary>
internal static class LimiterTesting
{
    public static QuotaLease Take(this RateLimiter limiter, int permits = 1) => (QuotaLease)limiter.AttemptAcquire(permits);

    public static QuotaLease Peek(this RateLimiter limiter) => limiter.Take(0);

    /// <summary>Asks and, where there is a queue, waits in it. A request that waits in vain fails rather than hang the run.</summary>
    public static async Task<QuotaLease> Wait(this RateLimiter limiter, int permits = 1, CancellationToken cancellationToken = default) =>
        (QuotaLease)await limiter.AcquireAsync(permits, cancellationToken).AsTask().WaitAsync(Seconds(20), CancellationToken.None);
}
