namespace RateLimitHeaders.AspNetCore;

/// <summary>The quotas that decide together: all are charged, or none.</summary>
/// <remarks>
/// A set holds no count, so that all partitions of a plan share one. The state of a partition is a span of words, a slice for
/// each quota. The caller of a method holds the lock of the state that it passes.
/// </remarks>
internal sealed class QuotaSet
{
    private readonly int[] _offsets;
    private readonly bool _isByWallClock;
    private readonly int[] _since;
    private Quota[] _quotas;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="isByWallClock">
    /// Whether moments are already those of a wall clock, as in the states of a store, so that calendar windows need none.
    /// </param>
    /// <param name="before">The quotas of the previous version of the plan; <see langword="null"/> for none.</param>
    public QuotaSet(TimeProvider timeProvider, IReadOnlyList<Quota> quotas, bool isByWallClock = false, QuotaSet? before = null)
    {
        _isByWallClock = isByWallClock;
        Clock = RateLimitClock.For(timeProvider);
        _quotas = ByClock(quotas);
        _offsets = new int[_quotas.Length + 1];
        for (var i = 0; i < _quotas.Length; i++)
        {
            _offsets[i + 1] = _offsets[i] + _quotas[i].StateLength;
        }

        ConcurrencyIndex = Array.FindIndex(_quotas, static quota => quota is ConcurrencyQuota);
        Version = before is null ? 0 : before.Version + 1;
        _since = [.. _quotas.Select(quota => before?.PlaceOf(quota.Shape) is { } place and >= 0 ? before._since[place] : Version)];
    }

    public RateLimitClock Clock { get; }

    /// <summary>Gets the version of the plan to which the quotas belong: a later one has a larger number.</summary>
    public int Version { get; }

    public ReadOnlySpan<Quota> Quotas => _quotas;

    /// <summary>Gets the quota whose permits come back when the request ends, if there is one.</summary>
    public ConcurrencyQuota? Concurrency => HasConcurrency ? (ConcurrencyQuota)_quotas[ConcurrencyIndex] : null;

    /// <summary>Gets the index of the concurrency quota, whatever its limit is; -1 if there is none.</summary>
    public int ConcurrencyIndex { get; }

    public bool HasConcurrency => ConcurrencyIndex >= 0;

    public int StateLength => _offsets[^1];

    /// <summary>Continues with quotas of the same shapes, for example after a change of a limit.</summary>
    public void Replace(IReadOnlyList<Quota> quotas) => Volatile.Write(ref _quotas, ByClock(quotas));

    public void Initialize(Span<long> state)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            LimitOf(state, i) = BitConverter.DoubleToInt64Bits(_quotas[i].Limit);
        }
    }

    /// <summary>Sets the limits, in the order of the quotas; <see cref="double.NaN"/> keeps one.</summary>
    public void SetLimits(Span<long> state, ReadOnlySpan<double> limits, long now)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var before = Limit(state, i);
            if (limits[i] != before && !double.IsNaN(limits[i]))
            {
                SetLimit(state, i, before, limits[i], now);
            }
        }
    }

    /// <summary>Takes the cost of every quota, or of none, and writes the caller's statuses into the decision.</summary>
    /// <param name="state">The counts.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="costs">The cost of the request for each quota; see <see cref="PermitCost"/>.</param>
    /// <param name="decision">The decision to write.</param>
    /// <param name="mustQueue">Whether other requests wait for the concurrency quota, which this one may not overtake.</param>
    public void Acquire(Span<long> state, long now, ReadOnlySpan<long> costs, RateLimitDecision decision, bool mustQueue = false)
    {
        if (_quotas.Length == 1 && !mustQueue)
        {
            AcquireOne(_quotas[0], state, now, costs[0], decision);
            return;
        }

        decision.Begin(_quotas.Length);
        var fitsAt = now;
        var longestWait = -1;
        for (var i = 0; i < _quotas.Length; i++)
        {
            var moment = FitsAt(i, state, now, costs[i], mustQueue);
            if (moment > fitsAt)
            {
                fitsAt = moment;
                longestWait = i;
            }
        }

        if (longestWait < 0)
        {
            Charge(state, now, costs, decision);
            Report(state, now, decision);
        }
        else
        {
            ReportRejection(state, now, costs, decision, mustQueue);
        }

        Decide(decision, now, fitsAt, longestWait);
    }

    /// <summary>Returns whether all quotas have room for the costs of a request.</summary>
    public bool Fits(Span<long> state, long now, ReadOnlySpan<long> costs)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (FitsAt(i, state, now, costs[i], mustQueue: false) > now)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Charges more for an admitted request, whether or not it fits, if a number is positive, but no more than can be owed;
    /// gives permits back if it is negative. Permits of a concurrency quota do not change: they are held as long as the request runs.
    /// </summary>
    public void Adjust(Span<long> state, long now, ReadOnlySpan<long> permits, RateLimitDecision decision)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            var (quota, limit) = (_quotas[i], Limit(state, i));
            var slice = Slice(state, i);
            if (permits[i] > 0 && quota is not ConcurrencyQuota)
            {
                var charged = quota.Chargeable(slice, limit, now, permits[i]);
                if (charged < permits[i])
                {
                    decision.LeaveUncharged(i, permits[i] - charged);
                }

                if (charged > 0)
                {
                    quota.Charge(slice, limit, now, charged, ref decision.Marks[i]);
                }
            }
            else if (permits[i] < 0 && quota is not ConcurrencyQuota)
            {
                quota.Refund(slice, limit, now, -permits[i], ref decision.Marks[i]);
            }
        }

        Report(state, now, decision);
    }

    /// <summary>Gives back the permits of the concurrency quota that a request held.</summary>
    public void Release(Span<long> state, long now, RateLimitDecision decision)
    {
        if (HasConcurrency)
        {
            var (place, limit) = (ConcurrencyIndex, Limit(state, ConcurrencyIndex));
            ref var mark = ref decision.Marks[place];
            _quotas[place].Refund(Slice(state, place), limit, now, mark.Permits, ref mark);
        }
    }

    /// <summary>Returns whether a request holds permits of the concurrency quota.</summary>
    public bool IsHeldBy(RateLimitDecision decision) => HasConcurrency && decision.Marks[ConcurrencyIndex].Permits > 0;

    /// <summary>Makes a decision give back only the permits that its request holds: its charges no longer count.</summary>
    public void ForgetCharges(RateLimitDecision decision)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (i != ConcurrencyIndex)
            {
                decision.Marks[i] = default;
            }
        }
    }

    /// <summary>Clears used permits, but neither the limits nor permits that requests hold.</summary>
    public void ClearCounts(Span<long> state)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (_quotas[i] is not ConcurrencyQuota)
            {
                Slice(state, i)[1..].Clear();
            }
        }
    }

    /// <summary>Gives back permits, whatever request took them; never more than are used, and none that running requests hold.</summary>
    public void Grant(Span<long> state, long now, ReadOnlySpan<long> permits)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (permits[i] > 0)
            {
                _quotas[i].Grant(Slice(state, i), Limit(state, i), now, permits[i]);
            }
        }
    }

    /// <summary>Returns the smallest share that is left of a quota, from 0 to 1.</summary>
    public double SmallestShare(Span<long> state, long now)
    {
        var smallest = 1.0;
        for (var i = 0; i < _quotas.Length; i++)
        {
            smallest = Math.Min(smallest, _quotas[i].Status(Slice(state, i), Limit(state, i), now, isViolated: false).RemainingShare);
        }

        return smallest;
    }

    /// <summary>Writes how many permits of each quota are used, including debt beyond the limit.</summary>
    public void ReadUsed(Span<long> state, long now, Span<long> used)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            used[i] = UsedPermits(state, i, now);
        }
    }

    /// <summary>Writes a decision with the caller's statuses, and charges nothing.</summary>
    public void Peek(Span<long> state, long now, RateLimitDecision decision)
    {
        decision.Begin(_quotas.Length);
        Report(state, now, decision);
        decision.Acquire(now);
    }

    /// <summary>Writes the caller's statuses into the decision, with no quota violated.</summary>
    public void Report(Span<long> state, long now, RateLimitDecision decision)
    {
        var statuses = decision.StatusBuffer;
        for (var i = 0; i < _quotas.Length; i++)
        {
            statuses[i] = _quotas[i].Status(Slice(state, i), Limit(state, i), now, isViolated: false);
        }

        decision.TakenAt = now;
    }

    /// <summary>
    /// Returns the largest number of permits that it makes sense to acquire: those of the configured limits, or of higher ones that
    /// were set since. More than a limit that was lowered is rejected, and is not an error of the calling code.
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

    /// <summary>Returns the permits that every quota has left.</summary>
    public long Remaining(Span<long> state, long now)
    {
        var least = long.MaxValue;
        for (var i = 0; i < _quotas.Length; i++)
        {
            least = Math.Min(least, _quotas[i].Status(Slice(state, i), Limit(state, i), now, isViolated: false).Remaining);
        }

        return least;
    }

    /// <summary>Returns the moment from which the state contains no information.</summary>
    public long FullAt(ReadOnlySpan<long> state)
    {
        long latest = 0;
        for (var i = 0; i < _quotas.Length; i++)
        {
            latest = Math.Max(latest, _quotas[i].FullAt(state[_offsets[i].._offsets[i + 1]]));
        }

        return latest;
    }

    /// <summary>Returns the words of one quota.</summary>
    public Span<long> Slice(Span<long> state, int quota) => state[_offsets[quota].._offsets[quota + 1]];

    /// <summary>Returns the words of one quota, for reading.</summary>
    public ReadOnlySpan<long> Slice(ReadOnlySpan<long> state, int quota) => state[_offsets[quota].._offsets[quota + 1]];

    /// <summary>Returns the limit of a quota that is in force for a state.</summary>
    public double Limit(ReadOnlySpan<long> state, int quota) => BitConverter.Int64BitsToDouble(state[_offsets[quota]]);

    /// <summary>Returns the limit of the concurrency quota that is in force for a state; 0 if there is none.</summary>
    public double Slots(ReadOnlySpan<long> state) => HasConcurrency ? Limit(state, ConcurrencyIndex) : 0;

    /// <summary>Returns the used permits of a quota, including debt beyond the limit.</summary>
    public long UsedPermits(Span<long> state, int quota, long now) => _quotas[quota].UsedPermits(Slice(state, quota), Limit(state, quota), now);

    /// <summary>Sets the limit of a quota.</summary>
    public void SetLimit(Span<long> state, int quota, double before, double limit, long now)
    {
        _quotas[quota].LimitChanges(Slice(state, quota), before, limit, now);
        LimitOf(state, quota) = BitConverter.DoubleToInt64Bits(limit);
    }

    /// <summary>Returns the index of the quota with a shape; -1 if there is none.</summary>
    public int PlaceOf(QuotaShape shape) => Array.FindIndex(_quotas, quota => quota.Shape == shape);

    /// <summary>Returns the version of the plan since which the plan has had a quota without a gap.</summary>
    public int Since(int quota) => _since[quota];

    /// <summary>Takes the cost of the only quota, or nothing, as <see cref="Acquire"/> does.</summary>
    /// <remarks>Without the loops and slices of several quotas, an acquisition through a partition takes 56 ns instead of 64.</remarks>
    private static void AcquireOne(Quota quota, Span<long> state, long now, long cost, RateLimitDecision decision)
    {
        decision.Begin(quotas: 1);
        var limit = BitConverter.Int64BitsToDouble(state[0]);
        var needed = PermitCost.Needed(cost);
        var fitsAt = needed == 0 ? now : quota.FitsAt(state, limit, now, needed);
        var isViolated = fitsAt > now;
        if (!isViolated && cost > 0)
        {
            quota.Charge(state, limit, now, cost, ref decision.Marks[0]);
        }

        decision.StatusBuffer[0] = quota.Status(state, limit, now, isViolated);
        Decide(decision, now, fitsAt, isViolated ? 0 : -1);
    }

    private static void Decide(RateLimitDecision decision, long now, long fitsAt, int longestWait)
    {
        if (longestWait < 0)
        {
            decision.Acquire(now);
        }
        else
        {
            decision.Reject(now, fitsAt == Quota.Never ? null : new TimeSpan(fitsAt - now), longestWait);
        }
    }

    /// <summary>Returns when the cost of a request for one quota fits, as <see cref="Quota.FitsAt"/> does.</summary>
    private long FitsAt(int quota, Span<long> state, long now, long cost, bool mustQueue)
    {
        var needed = PermitCost.Needed(cost);
        if (needed == 0)
        {
            return now;
        }

        var moment = _quotas[quota].FitsAt(Slice(state, quota), Limit(state, quota), now, needed);
        return mustQueue && _quotas[quota] is ConcurrencyQuota concurrency ? Math.Max(moment, now + concurrency.RetryAfter.Ticks) : moment;
    }

    /// <summary>
    /// Writes the statuses of a rejected caller. Computing again which quotas are violated costs the admitted requests of
    /// two quotas 5 ns less than keeping it.
    /// </summary>
    private void ReportRejection(Span<long> state, long now, ReadOnlySpan<long> costs, RateLimitDecision decision, bool mustQueue)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            var isViolated = FitsAt(i, state, now, costs[i], mustQueue) > now;
            decision.StatusBuffer[i] = _quotas[i].Status(Slice(state, i), Limit(state, i), now, isViolated);
        }
    }

    private void Charge(Span<long> state, long now, ReadOnlySpan<long> permits, RateLimitDecision decision)
    {
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (permits[i] > 0)
            {
                _quotas[i].Charge(Slice(state, i), Limit(state, i), now, permits[i], ref decision.Marks[i]);
            }
        }
    }

    private Quota[] ByClock(IReadOnlyList<Quota> quotas) => [.. quotas.Select(quota => _isByWallClock ? quota : quota.WithClock(Clock))];

    private ref long LimitOf(Span<long> state, int quota) => ref state[_offsets[quota]];
}
