namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Decides about the callers of one plan while Redis cannot.</summary>
internal interface IFallback : IDisposable
{
    /// <summary>As <see cref="QuotaCounter.AcquireAsync"/>.</summary>
    ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken);
}
