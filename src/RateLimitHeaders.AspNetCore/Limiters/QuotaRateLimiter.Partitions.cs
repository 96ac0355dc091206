namespace RateLimitHeaders.AspNetCore;

/// <content>How the state of a partition begins and ends, and how a lease finds the one after it.</content>
public abstract partial class QuotaRateLimiter
{
    /// <summary>Sets the limits of a new limiter, those that are known.</summary>
    internal void Start(ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            _quotas?.SetLimits(State, limits, now: 0);
        }
    }

    /// <summary>Takes over a lease whose limiter was dropped, full, while the request was still under way.</summary>
    /// <returns><see langword="false"/> if this limiter is disposed, too.</returns>
    internal bool Adopt(QuotaLease lease)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var limits = new double[lease.Statuses.Length];
            for (var i = 0; i < limits.Length; i++)
            {
                limits[i] = lease.Statuses[i].LimitOrNaN;
            }

            quotas.SetLimits(State, limits, quotas.Clock.Now);
            lease.MoveTo(this);
            return true;
        }
    }

    /// <summary>Disposes the limiter if it is full, so that it can be dropped and nothing counted is lost.</summary>
    internal bool TryRetire()
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return true;
            }

            if (IsHeld || quotas.FullAt(State) > quotas.Clock.Now)
            {
                return false;
            }

            _quotas = null;
            return true;
        }
    }
}
