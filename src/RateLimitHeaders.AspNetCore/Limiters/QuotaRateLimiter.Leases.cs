namespace RateLimitHeaders.AspNetCore;

/// <content>What a lease asks for after the decision.</content>
public abstract partial class QuotaRateLimiter
{
    /// <summary>Writes into a lease where its caller stands now.</summary>
    internal bool Report(QuotaLease lease)
    {
        lock (this)
        {
            _quotas?.Report(State, _quotas.Clock.Now, lease);
            return _quotas is not null;
        }
    }

    internal bool Charge(QuotaLease lease, int permits)
    {
        lock (this)
        {
            _quotas?.Charge(State, _quotas.Clock.Now, permits, lease);
            return _quotas is not null;
        }
    }

    internal bool Refund(QuotaLease lease, int permits)
    {
        lock (this)
        {
            _quotas?.Refund(State, _quotas.Clock.Now, permits, lease);
            return _quotas is not null;
        }
    }

    internal void Release(QuotaLease lease)
    {
        if (lease.HeldPermits == 0)
        {
            return;
        }

        lock (this)
        {
            if (_quotas is { Concurrency: not null } quotas)
            {
                quotas.Release(State, quotas.Clock.Now, lease.HeldPermits);
                OnPermitsReturned(quotas);
            }

            lease.HeldPermits = 0;
        }
    }

    /// <summary>Called under the lock when permits came back otherwise than with time.</summary>
    private protected virtual void OnPermitsReturned(QuotaSet quotas)
    {
    }
}
