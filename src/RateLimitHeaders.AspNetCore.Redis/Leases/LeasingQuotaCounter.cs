using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Counts a plan in Redis, and has hot callers' permits in batches here. A batch is charged in Redis before it is used, and
/// is used before Redis forgets it, so that no more than the limit is admitted; see the script.
/// </summary>
internal sealed partial class LeasingQuotaCounter : QuotaCounter
{
    private readonly ConcurrentDictionary<RateLimitPrincipal, LocalCaller> _callers = [];
    private readonly RedisQuotaCounter _exact;
    private readonly LocalLeases _leases;
    private readonly TimeSpan _deadline;
    private readonly BatchCollector _collector;
    private int _count;
    private volatile bool _isDisposed;

    /// <param name="exact">Serves those who are not hot. It is disposed with the counter.</param>
    /// <param name="leases">The settings.</param>
    /// <param name="deadline">How long a call takes at most.</param>
    public LeasingQuotaCounter(RedisQuotaCounter exact, LocalLeases leases, TimeSpan deadline)
    {
        _exact = exact;
        _leases = leases;
        _deadline = deadline;
        _collector = new BatchCollector(exact.Calls, leases, deadline, _callers, Drop);
    }

    public TimeProvider TimeProvider => _exact.Calls.Plan.TimeProvider;

    /// <summary>Gets the most permits of one caller that are held.</summary>
    public int MaxBatch => _leases.MaxBatch;

    public IReadOnlyList<Quota> Quotas => _exact.Calls.Plan.Quotas;

    /// <summary>Gets how many callers something is kept of here.</summary>
    public int Callers => Volatile.Read(ref _count);

    /// <summary>Gets how many calls are under way that nobody waits for.</summary>
    public int CallsBehind => _collector.CallsUnderWay;

    /// <summary>Gets how many permits are held and not used.</summary>
    public int HeldPermits => _callers.Values.Sum(caller =>
    {
        lock (caller.Sync)
        {
            return caller.Left;
        }
    });

    public override ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken = default)
    {
        if (Find(principal) is not { } caller)
        {
            return _exact.AcquireAsync(principal, permits, limits, cancellationToken);
        }

        LocalLease? lease = null;
        Refill? ahead = null;
        lock (caller.Sync)
        {
            if (caller.HasLimits(limits))
            {
                lease = Take(caller, permits, out ahead);
            }
        }

        if (ahead is not null)
        {
            _ = _collector.RunBehindAsync(() => RefillAsync(caller, ahead));
        }

        return lease is null ? AskAsync(caller, principal, permits, limits.ToArray(), cancellationToken) : new(lease);
    }

    /// <summary>Forgets a refusal, as permits have come back.</summary>
    public void Forget(LocalCaller caller) => _exact.Refusals?.Forget(caller.Hash);

    /// <summary>Gives back what is held for longer than it may be used.</summary>
    public void GiveBackOverdue(LocalCaller caller)
    {
        lock (caller.Sync)
        {
            caller.EndOverdue(TimeProvider.GetTimestamp());
        }

        _ = _collector.GiveBackAsync(caller);
    }

    /// <summary>Makes a lease that Redis settles.</summary>
    public RedisLease ExactLease(LocalCaller caller, Answer answer, int permits) =>
        new(_exact.Calls, caller.Keys, answer, permits, held: null, () => Forget(caller), (later, isCharge) => CompleteAsync(caller, later, isCharge));

    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _collector.Dispose();
            _exact.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<ExternalLease> AskAsync(
        LocalCaller caller, RateLimitPrincipal principal, int permits, double[] limits, CancellationToken cancellationToken)
    {
        var started = TimeProvider.GetTimestamp();
        while (true)
        {
            Refill? others = null;
            Refill? own = null;
            LocalLease? lease;
            Refill? ahead;
            lock (caller.Sync)
            {
                caller.SetLimits(limits);
                lease = Take(caller, permits, out ahead);
                if (lease is null && _exact.Calls.IsAvailable && !caller.IsDropped && !IsRefused(caller, permits, limits))
                {
                    var now = TimeProvider.GetTimestamp();
                    others = caller.Refill;
                    own = others is null ? Begin(caller, permits, now) : null;
                }
            }

            if (ahead is not null)
            {
                _ = _collector.RunBehindAsync(() => RefillAsync(caller, ahead));
            }

            if (lease is not null)
            {
                return lease;
            }

            if (own is not null)
            {
                return await RefillAsync(caller, own) ?? await _exact.Fallback.AcquireAsync(principal, permits, limits, cancellationToken);
            }

            // Whoever has waited long, since others took what came, asks by itself.
            if (others is null || TimeProvider.GetElapsedTime(started) > _deadline / 2)
            {
                return await AskExactlyAsync(caller, principal, permits, limits, cancellationToken);
            }

            await others.Task;
        }
    }

    private static Refill? Begin(LocalCaller caller, int permits, long now)
    {
        if (permits > 0)
        {
            caller.Size.Count(permits, now);
            caller.LastSeen = now;
        }

        return caller.Begin(permits, now);
    }

    private LocalLease? Take(LocalCaller caller, int permits, out Refill? ahead)
    {
        var now = TimeProvider.GetTimestamp();
        ahead = null;
        if (caller.Take(permits, now) is not { } batch)
        {
            return null;
        }

        var lease = new LocalLease(this, caller, batch, permits, now);
        if (permits > 0)
        {
            caller.LastSeen = now;
            caller.Size.Count(permits, now);
            ahead = _exact.Calls.IsAvailable ? caller.BeginAhead(_leases.MaxBatch, now) : null;
        }

        return lease;
    }

    private bool IsRefused(LocalCaller caller, int permits, double[] limits) =>
        _exact.Refusals?.TryGet(caller.Hash, permits, limits, out _) == true;
}
