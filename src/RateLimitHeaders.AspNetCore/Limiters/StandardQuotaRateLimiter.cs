using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The limiter that does all that STRL asks: it takes any quotas, queues, and keeps statistics.</summary>
internal sealed class StandardQuotaRateLimiter : QuotaRateLimiter
{
    private readonly long[] _state;
    private readonly AcquisitionQueue? _queue;
    private long _lastUse;
    private long _granted;
    private long _refused;

    public StandardQuotaRateLimiter(QuotaSet quotas)
        : base(quotas)
    {
        _state = new long[quotas.StateLength];
        quotas.Initialize(_state);
        _lastUse = quotas.Clock.Now;
        _queue = quotas.Concurrency is { QueueLimit: > 0 } concurrency ? new AcquisitionQueue(this, concurrency) : null;
    }

    private protected override Span<long> State => _state;

    private protected override long LastUse => _lastUse;

    private protected override bool IsHeld => _queue is { Count: > 0 };

    public override RateLimiterStatistics? GetStatistics()
    {
        lock (this)
        {
            var quotas = Quotas ?? throw Disposed();
            return new RateLimiterStatistics
            {
                CurrentAvailablePermits = quotas.Remaining(State, quotas.Clock.Now),
                CurrentQueuedCount = _queue?.QueuedPermits ?? 0,
                TotalSuccessfulLeases = _granted,
                TotalFailedLeases = _refused,
            };
        }
    }

    internal override ValueTask<bool> AcquireAsync(
        QuotaLease lease, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken)
    {
        if (_queue is null)
        {
            return base.AcquireAsync(lease, permits, limits, cancellationToken);
        }

        lock (this)
        {
            if (Quotas is not { } quotas)
            {
                return new(false);
            }

            var now = quotas.Clock.Now;
            quotas.SetLimits(State, limits, now);
            Decide(quotas, now, permits, lease);
            if (lease.IsAcquired || !CanWait(lease) || _queue.TryEnqueue(lease, permits, cancellationToken) is not { } waiting)
            {
                Count(lease.IsAcquired);
                lease.BelongsTo(this, hasConcurrency: true);
                return new(true);
            }

            return new(waiting);
        }
    }

    /// <summary>Gives up on a request that waits, under the lock.</summary>
    internal void Refuse(QuotaLease lease)
    {
        Count(acquired: false);
        lease.BelongsTo(this, hasConcurrency: true);
    }

    private protected override void Acquire(QuotaSet quotas, long now, int permits, QuotaLease lease)
    {
        Decide(quotas, now, permits, lease);
        Count(lease.IsAcquired);
    }

    /// <summary>Grants what waits and fits, under the lock.</summary>
    internal void ServeQueue()
    {
        while (Quotas is { } quotas && _queue?.Peek() is { } waiter)
        {
            quotas.Acquire(State, quotas.Clock.Now, waiter.Permits, waiter.Lease);
            if (!waiter.Lease.IsAcquired && CanWait(waiter.Lease))
            {
                return;
            }

            // Granted; or refused after all by a quota that others used up meanwhile, and that no lease gives back.
            Count(waiter.Lease.IsAcquired);
            waiter.Lease.BelongsTo(this, hasConcurrency: true);
            _queue.Complete(waiter);
        }
    }

    private protected override void OnPermitsReturned(QuotaSet quotas)
    {
        _lastUse = quotas.Clock.Now;
        ServeQueue();
    }

    private protected override void OnDisposed() => _queue?.RefuseAll();

    private void Decide(QuotaSet quotas, long now, int permits, QuotaLease lease)
    {
        _lastUse = now;
        quotas.Acquire(State, now, permits, lease, mustQueue: permits > 0 && _queue is { MustWaitBehindOthers: true });
    }

    /// <summary>Tells whether waiting for a lease to be given back is all that a refused request needs.</summary>
    private static bool CanWait(QuotaLease lease)
    {
        foreach (ref readonly var status in lease.Statuses)
        {
            if (status.IsViolated && !status.Quota.IsConcurrency)
            {
                return false;
            }
        }

        return lease.RetryAfter is not null;
    }

    private void Count(bool acquired)
    {
        if (acquired)
        {
            _granted++;
        }
        else
        {
            _refused++;
        }
    }
}
