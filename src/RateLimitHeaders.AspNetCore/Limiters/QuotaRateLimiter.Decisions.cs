namespace RateLimitHeaders.AspNetCore;

/// <content>Decides, into a lease that the caller keeps.</content>
public abstract partial class QuotaRateLimiter
{
    /// <summary>
    /// Decides into a lease of the caller's, so that the middleware can keep one and allocate nothing.
    /// </summary>
    /// <param name="lease">The lease to write.</param>
    /// <param name="permits">The permits to take; 0 reads.</param>
    /// <param name="limits">The limits from now on, in the order of the quotas; empty to keep them.</param>
    /// <returns><see langword="false"/> if the limiter was disposed: its partition was dropped, and must be looked up again.</returns>
    internal bool TryAcquire(QuotaLease lease, int permits, ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var now = quotas.Clock.Now;
            quotas.SetLimits(State, limits, now);
            Acquire(quotas, now, permits, lease);
            lease.BelongsTo(this, quotas.Concurrency is not null);
            return true;
        }
    }

    /// <summary>Writes into a lease where its caller stands, and grants what asks for nothing.</summary>
    /// <returns>As <see cref="TryAcquire"/>.</returns>
    internal bool TryRead(QuotaLease lease, ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var now = quotas.Clock.Now;
            quotas.SetLimits(State, limits, now);
            quotas.Read(State, now, lease);
            lease.BelongsTo(this, hasConcurrency: false);
            return true;
        }
    }

    /// <summary>As <see cref="TryAcquire"/>, and waits where the quotas say so.</summary>
    internal virtual ValueTask<bool> AcquireAsync(
        QuotaLease lease, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken) =>
        new(TryAcquire(lease, permits, limits));

    /// <summary>Decides under the lock.</summary>
    private protected virtual void Acquire(QuotaSet quotas, long now, int permits, QuotaLease lease) =>
        quotas.Acquire(State, now, permits, lease);
}
