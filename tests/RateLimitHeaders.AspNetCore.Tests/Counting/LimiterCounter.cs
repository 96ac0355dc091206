using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Shows <see cref="QuotaRateLimiter"/>, one for each caller, as what counts a plan.</summary>
internal sealed class LimiterCounter(ManualTimeProvider clock, Quota[] quotas) : QuotaCounter
{
    private readonly ConcurrentDictionary<RateLimitPrincipal, Lazy<QuotaRateLimiter>> _limiters = new();

    public override ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken = default)
    {
        var limiter = _limiters.GetOrAdd(principal, _ => new(() => QuotaRateLimiter.Create(clock, quotas))).Value;
        for (var i = 0; i < limits.Length; i++)
        {
            if (!double.IsNaN(limits[i]))
            {
                limiter.SetLimit(quotas[i].Description.Name, limits[i]);
            }
        }

        var lease = new QuotaLease();
        Assert.True(permits == 0 ? limiter.TryRead(lease, []) : limiter.TryAcquire(lease, permits, []));
        return new(new LimiterLease(lease, RateLimitClock.For(clock)));
    }
}
