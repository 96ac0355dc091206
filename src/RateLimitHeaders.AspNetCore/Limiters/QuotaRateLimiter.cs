using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A <see cref="RateLimiter"/> that decides about one or several quotas together: all are charged, or none, and a rejection
/// costs nothing. Its leases contain the caller's statuses (<see cref="QuotaLease"/>).
/// </summary>
/// <remarks>
/// It has no timer and is thread-safe. It can be used wherever other limiters of System.Threading.RateLimiting can: in
/// <see cref="PartitionedRateLimiter.Create{TResource, TPartitionKey}"/>, in ASP.NET Core's own rate limiting, in Polly.
/// </remarks>
public sealed class QuotaRateLimiter : RateLimiter
{
    private readonly StandardPartition _partition;
    private readonly QuotaSet _quotas;
    private readonly ReadOnlyMemory<long>[] _smallCosts;
    private long _lastUse;
    private long _acquired;
    private long _rejected;

    private QuotaRateLimiter(QuotaSet quotas)
    {
        _quotas = quotas;
        _partition = new StandardPartition(quotas);
        _partition.Start([], origin: null);
        _lastUse = quotas.Clock.Now;

        // STRL acquires 0 permits to find out whether any are left.
        _smallCosts = [CostsOf(PermitCost.AnyLeft), CostsOf(1)];
    }

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration => _partition.Read((quotas, state) =>
    {
        var idle = quotas.Clock.Now - Math.Max(quotas.FullAt(state), Volatile.Read(ref _lastUse));
        return idle < 0 || _partition.QueuedPermits > 0 ? -1 : idle;
    }) is >= 0 and var ticks ? new TimeSpan(ticks) : null;

    internal QuotaSet Quotas => _quotas;

    /// <summary>Creates a limiter of quotas that are decided together, on the system's clock.</summary>
    /// <param name="quotas">One quota or more, with different names, at most one of them a concurrency quota.</param>
    /// <exception cref="ArgumentException">There is no quota, or two quotas cannot be used together.</exception>
    public static QuotaRateLimiter Create(params Quota[] quotas) => Create(TimeProvider.System, quotas);

    /// <summary>Creates a limiter of quotas that are decided together.</summary>
    /// <param name="timeProvider">The clock: its timestamps decide, its wall clock only aligns windows.</param>
    /// <param name="quotas">One quota or more, with different names, at most one of them a concurrency quota.</param>
    /// <exception cref="ArgumentException">There is no quota, or two quotas cannot be used together.</exception>
    public static QuotaRateLimiter Create(TimeProvider timeProvider, params Quota[] quotas)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(quotas);
        QuotaRules.ThrowIfAny(QuotaRules.Together([.. quotas.Select(quota => quota.Description)]));
        return new QuotaRateLimiter(new QuotaSet(timeProvider, quotas));
    }

    /// <summary>Changes the limit of a quota while the limiter is in use. Used permits stay used.</summary>
    /// <param name="quotaName">The name of the quota.</param>
    /// <param name="permitLimit">The new limit, from 0 (nothing is admitted) to 999,999,999,999,999; may be fractional.</param>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permitLimit"/> is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The limiter was disposed.</exception>
    public void SetLimit(string quotaName, double permitLimit)
    {
        if (!(permitLimit >= 0 && permitLimit <= QuotaRules.MaxLimit))
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitLimit), permitLimit, $"Quota \"{quotaName}\": give a limit from 0 to {QuotaRules.MaxLimit}.");
        }

        var limits = new double[_quotas.Quotas.Length];
        Array.Fill(limits, double.NaN);
        var index = 0;
        while (_quotas.Quotas[index].Description.Name != quotaName)
        {
            if (++index == limits.Length)
            {
                throw new ArgumentException($"There is no quota \"{quotaName}\" in this limiter.", nameof(quotaName));
            }
        }

        limits[index] = permitLimit;
        ObjectDisposedException.ThrowIf(!_partition.TrySetLimits(limits), this);
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics()
    {
        var remaining = _partition.Read(static (quotas, state) => quotas.Remaining(state, quotas.Clock.Now));
        ObjectDisposedException.ThrowIf(remaining is null, this);
        return new RateLimiterStatistics
        {
            CurrentAvailablePermits = remaining.Value,
            CurrentQueuedCount = _partition.QueuedPermits,
            TotalSuccessfulLeases = Interlocked.Read(ref _acquired),
            TotalFailedLeases = Interlocked.Read(ref _rejected),
        };
    }

    /// <summary>Gets the limits in force, in the order of the quotas.</summary>
    internal double[] Limits()
    {
        var decision = new RateLimitDecision();
        Read(decision);
        return decision.Limits();
    }

    /// <summary>Continues the counts of another limiter of the same quotas, under the limits of this one.</summary>
    internal void StartFrom(QuotaRateLimiter origin) => _partition.Start(Limits(), origin._partition);

    /// <summary>Decides at once. A cost that could never be admitted, however long the wait, is rejected.</summary>
    internal void Acquire(ReadOnlyMemory<long> costs, RateLimitDecision decision) =>
        ObjectDisposedException.ThrowIf(!_partition.TryAcquire(costs.Span, [], decision, _quotas), this);

    /// <summary>Writes the caller's statuses into a lease, under the limits of the limiter.</summary>
    internal void Read(RateLimitDecision decision) => ObjectDisposedException.ThrowIf(!_partition.TryPeek([], decision, _quotas), this);

    /// <summary>Charges a lease more permits of every quota, or gives them back if the number is negative.</summary>
    internal void Adjust(RateLimitDecision decision, long permits) => _partition.TryAdjust(CostsOf(permits), decision, _quotas);

    /// <summary>Gives back the permits that a lease held.</summary>
    internal void Release(RateLimitDecision decision)
    {
        _partition.Release(decision, _quotas);
        Volatile.Write(ref _lastUse, _quotas.Clock.Now);
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ThrowIfImpossible(permitCount);
        var lease = new QuotaLease(this);
        Acquire(CostsFor(permitCount), lease.Decision);
        Count(lease);
        return lease;
    }

    /// <inheritdoc/>
    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ThrowIfImpossible(permitCount);
        var lease = new QuotaLease(this);
        var decided = _partition.AcquireAsync(CostsFor(permitCount), default, lease.Decision, _quotas, cancellationToken);
        ObjectDisposedException.ThrowIf(!await decided.ConfigureAwait(false), this);
        Count(lease);
        return lease;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _partition.Dispose();
        base.Dispose(disposing);
    }

    private ReadOnlyMemory<long> CostsFor(int permits) => permits < _smallCosts.Length ? _smallCosts[permits] : CostsOf(permits);

    private long[] CostsOf(long permits)
    {
        var costs = new long[_quotas.Quotas.Length];
        Array.Fill(costs, permits);
        return costs;
    }

    private void Count(QuotaLease lease)
    {
        Volatile.Write(ref _lastUse, _quotas.Clock.Now);
        Interlocked.Increment(ref lease.IsAcquired ? ref _acquired : ref _rejected);
    }

    /// <summary>Throws, as STRL's limiters do, if the permits could never be acquired, however long the wait.</summary>
    private void ThrowIfImpossible(int permitCount)
    {
        var most = _partition.Read(static (quotas, state) => quotas.MaxPermits(state));
        ObjectDisposedException.ThrowIf(most is null, this);
        if (permitCount > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitCount), permitCount, $"{permitCount} permits exceed the limit of {most}: they can never be acquired.");
        }
    }
}
