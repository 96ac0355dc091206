namespace RateLimitHeaders.AspNetCore;

/// <summary>The quotas that are decided as one: all are charged or none.</summary>
/// <remarks>
/// A set holds no count, so that all partitions of a plan share one. The caller of each method holds the lock of the
/// limiter whose state it passes.
/// </remarks>
internal sealed partial class QuotaSet
{
    private readonly Quota[] _quotas;
    private readonly int[] _offsets;

    public QuotaSet(TimeProvider timeProvider, IReadOnlyCollection<Quota> quotas)
    {
        Clock = RateLimitClock.For(timeProvider);
        _quotas = [.. quotas];
        _offsets = new int[_quotas.Length + 1];
        for (var i = 0; i < _quotas.Length; i++)
        {
            _offsets[i + 1] = _offsets[i] + _quotas[i].StateLength;
        }

        Concurrency = _quotas.OfType<ConcurrencyQuota>().FirstOrDefault();
    }

    public RateLimitClock Clock { get; }

    public ReadOnlySpan<Quota> Quotas => _quotas;

    /// <summary>Gets the quota whose permits come back with their lease, if there is one.</summary>
    public ConcurrencyQuota? Concurrency { get; }

    public int StateLength => _offsets[^1];

    public void Initialize(Span<long> state)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            LimitOf(state, i) = BitConverter.DoubleToInt64Bits(_quotas[i].Limit);
        }
    }

    /// <summary>Sets the limits, in the order of the quotas; <see cref="double.NaN"/> keeps one as it is.</summary>
    public void SetLimits(Span<long> state, ReadOnlySpan<double> limits, long now)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var before = Limit(state, i);
            if (limits[i] != before && !double.IsNaN(limits[i]))
            {
                _quotas[i].LimitChanges(Slice(state, i), before, limits[i], now);
                LimitOf(state, i) = BitConverter.DoubleToInt64Bits(limits[i]);
            }
        }
    }

    /// <summary>Takes the permits of every quota, or of none, and writes into the lease where the caller stands.</summary>
    /// <param name="state">The counts.</param>
    /// <param name="now">The present.</param>
    /// <param name="permits">The permits to take; 0 asks whether there is one, as for STRL's limiters.</param>
    /// <param name="lease">The lease to write.</param>
    /// <param name="mustQueue">Whether others wait for the concurrency quota who may not be overtaken.</param>
    public void Acquire(Span<long> state, long now, int permits, QuotaLease lease, bool mustQueue = false)
    {
        if (_quotas.Length == 1 && !mustQueue)
        {
            AcquireOne(_quotas[0], state, now, permits, lease);
            return;
        }

        lease.Begin(now, permits, _quotas.Length);
        var needed = Math.Max(1, permits);
        var fitsAt = now;
        for (var i = 0; i < _quotas.Length; i++)
        {
            var moment = _quotas[i].FitsAt(Slice(state, i), Limit(state, i), now, needed);
            if (mustQueue && _quotas[i] == Concurrency)
            {
                moment = Math.Max(moment, now + Concurrency.RetryAfter.Ticks);
            }

            lease.Violated[i] = moment > now;
            if (moment > fitsAt)
            {
                fitsAt = moment;
                lease.LongestWait = i;
            }
        }

        if (fitsAt == now && permits > 0)
        {
            for (var i = 0; i < _quotas.Length; i++)
            {
                _quotas[i].Charge(Slice(state, i), Limit(state, i), now, permits, ref lease.Marks[i]);
            }
        }

        Report(state, now, lease);
        lease.End(fitsAt == now, fitsAt == now || fitsAt == Quota.Never ? null : new TimeSpan(fitsAt - now));
    }

    /// <summary>Grants nothing to whom asks for nothing, and writes into the lease where the caller stands.</summary>
    public void Read(Span<long> state, long now, QuotaLease lease)
    {
        lease.Begin(now, permits: 0, _quotas.Length);
        lease.Violated.AsSpan().Clear();
        Report(state, now, lease);
        lease.End(acquired: true, retryAfter: null);
    }

    /// <summary>Takes more permits for a lease that was granted, whether or not they fit.</summary>
    public void Charge(Span<long> state, long now, int permits, QuotaLease lease)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (permits > 0 && _quotas[i] != Concurrency)
            {
                _quotas[i].Charge(Slice(state, i), Limit(state, i), now, permits, ref lease.Marks[i]);
            }
        }

        Report(state, now, lease);
    }

    /// <summary>Gives permits of a lease back, except those of the concurrency quota, which are held as long as the lease.</summary>
    public void Refund(Span<long> state, long now, int permits, QuotaLease lease)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (_quotas[i] != Concurrency)
            {
                _quotas[i].Refund(Slice(state, i), Limit(state, i), now, permits, ref lease.Marks[i]);
            }
        }

        Report(state, now, lease);
    }

    /// <summary>Gives back the permits of the concurrency quota.</summary>
    public void Release(Span<long> state, long now, int permits)
    {
        var i = Array.IndexOf(_quotas, Concurrency);
        var unused = default(ChargeMark);
        _quotas[i].Refund(Slice(state, i), Limit(state, i), now, permits, ref unused);
    }

    /// <summary>Writes into the lease where the caller stands.</summary>
    public void Report(Span<long> state, long now, QuotaLease lease)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            lease.Buffer[i] = _quotas[i].Status(Slice(state, i), Limit(state, i), now, lease.Violated[i]);
        }

        lease.TakenAt = now;
    }

    /// <summary>
    /// Gets the most permits that it makes sense to ask for: those of the limits that were configured, or of higher ones that
    /// were set since. What exceeds a limit that was lowered is refused, not an error of whoever asks.
    /// </summary>
    public long MaxPermits(ReadOnlySpan<long> state)
    {
        var most = long.MaxValue;
        for (var i = 0; i < _quotas.Length; i++)
        {
            most = Math.Min(most, (long)Math.Max(_quotas[i].Limit, Limit(state, i)));
        }

        return most;
    }

    /// <summary>Gets the permits that every quota has left.</summary>
    public long Remaining(Span<long> state, long now)
    {
        var least = long.MaxValue;
        for (var i = 0; i < _quotas.Length; i++)
        {
            least = Math.Min(least, _quotas[i].Status(Slice(state, i), Limit(state, i), now, isViolated: false).Remaining);
        }

        return least;
    }

    /// <summary>Tells from when on the state holds no information.</summary>
    public long FullAt(ReadOnlySpan<long> state)
    {
        long latest = 0;
        for (var i = 0; i < _quotas.Length; i++)
        {
            latest = Math.Max(latest, _quotas[i].FullAt(state.Slice(_offsets[i], _quotas[i].StateLength)));
        }

        return latest;
    }

    private double Limit(ReadOnlySpan<long> state, int quota) => BitConverter.Int64BitsToDouble(state[_offsets[quota]]);

    private ref long LimitOf(Span<long> state, int quota) => ref state[_offsets[quota]];

    private Span<long> Slice(Span<long> state, int quota) =>
        state[_offsets[quota].._offsets[quota + 1]];
}
