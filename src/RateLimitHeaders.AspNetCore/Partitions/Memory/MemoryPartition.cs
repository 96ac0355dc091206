namespace RateLimitHeaders.AspNetCore;

/// <summary>What is counted of one caller under one plan, in this process's memory.</summary>
/// <remarks>The partition is its own lock, which saves an object for each of what may be a million partitions.</remarks>
internal abstract class MemoryPartition(QuotaSet quotas) : IDisposable
{
    // Let go of when the partition is dropped, which tells so without a field of its own.
    private QuotaSet? _quotas = quotas;

    /// <summary>Gets the quotas; <see langword="null"/> once the partition was dropped.</summary>
    public QuotaSet? Quotas => _quotas;

    /// <summary>Gets the permits that requests wait for.</summary>
    public virtual long QueuedPermits => 0;

    /// <summary>Gets the counts, as the quota set lays them out.</summary>
    protected abstract Span<long> State { get; }

    /// <summary>Sets up a new partition, which no other thread knows yet.</summary>
    /// <param name="limits">The limits; <see cref="double.NaN"/> or no number at all for the quotas' own.</param>
    /// <param name="origin">The partition that has counted the caller so far, among others; <see langword="null"/> for none.</param>
    public void Start(ReadOnlySpan<double> limits, MemoryPartition? origin)
    {
        Quotas!.Initialize(State);
        origin?.CopyTo(State);
        Quotas.SetLimits(State, limits, Quotas.Clock.Now);
    }

    /// <summary>Counts in a new partition, which no other thread knows yet, what the caller has used elsewhere.</summary>
    public void Resume(in RateLimitPrincipal principal, StateResumption resume) => resume(principal, Quotas!, State);

    /// <summary>Decides.</summary>
    /// <returns><see langword="false"/> if the partition was dropped, so that it must be looked up again.</returns>
    public bool TryAcquire(ReadOnlySpan<long> costs, ReadOnlySpan<double> limits, RateLimitDecision decision)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var now = quotas.Clock.Now;
            var state = State;
            quotas.SetLimits(state, limits, now);
            quotas.Acquire(state, now, costs, decision, mustQueue: quotas.HasConcurrency && MustWaitBehindOthers(quotas));
            Belongs(decision, quotas);
            return true;
        }
    }

    /// <summary>Sets the limits of a request, and tells under the lock whether it fits.</summary>
    public bool Fits(in AcquireArguments arguments, long now)
    {
        var quotas = _quotas!;
        quotas.SetLimits(State, arguments.Limits.Span, now);
        return quotas.Fits(State, now, arguments.Costs.Span);
    }

    /// <summary>Decides under the lock, as <see cref="TryAcquire"/> does.</summary>
    public void AcquireLocked(ReadOnlySpan<long> costs, long now, RateLimitDecision decision)
    {
        _quotas!.Acquire(State, now, costs, decision);
        Belongs(decision, _quotas!);
    }

    /// <summary>Decides as <see cref="TryAcquire"/> does, and waits where a quota has a queue.</summary>
    public virtual ValueTask<bool> AcquireAsync(
        ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits, RateLimitDecision decision, CancellationToken cancellationToken) =>
        new(TryAcquire(costs.Span, limits.Span, decision));

    /// <summary>Writes where the caller stands under certain limits, which are not kept.</summary>
    /// <returns>As <see cref="TryAcquire"/>.</returns>
    public bool TryPeek(ReadOnlySpan<double> limits, RateLimitDecision decision)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            Span<long> copy = State.ToArray();
            Peek(quotas, copy, limits, decision);
            return true;
        }
    }

    /// <summary>Writes where a caller with a certain state stands.</summary>
    public static void Peek(QuotaSet quotas, Span<long> state, ReadOnlySpan<double> limits, RateLimitDecision decision)
    {
        var now = quotas.Clock.Now;
        quotas.SetLimits(state, limits, now);
        decision.Begin(quotas.Quotas.Length);
        decision.StatusBuffer.Clear();
        quotas.Report(state, now, decision);
        decision.Acquire(now);
    }

    /// <summary>Charges an admitted request more, gives back, or only reads.</summary>
    /// <returns>As <see cref="TryAcquire"/>.</returns>
    public bool TryAdjust(ReadOnlySpan<long> permits, RateLimitDecision decision)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            quotas.Adjust(State, quotas.Clock.Now, permits, decision);
            return true;
        }
    }

    /// <summary>Gives back what a request held.</summary>
    public void Release(RateLimitDecision decision)
    {
        lock (this)
        {
            decision.HoldsPermits = false;
            if (_quotas is { } quotas)
            {
                quotas.Release(State, quotas.Clock.Now, decision);
                OnPermitsReturned();
            }
        }
    }

    /// <summary>Changes the limit of one quota. What is used stays used.</summary>
    /// <returns>As <see cref="TryAcquire"/>.</returns>
    public bool TrySetLimits(ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            quotas.SetLimits(State, limits, quotas.Clock.Now);
            OnPermitsReturned();
            return true;
        }
    }

    /// <summary>Takes over a decision whose partition was dropped, full, while the request was still under way.</summary>
    /// <returns>As <see cref="TryAcquire"/>.</returns>
    public bool TryAdopt(RateLimitDecision decision)
    {
        lock (this)
        {
            if (_quotas is null)
            {
                return false;
            }

            // Time has brought back all that the request took: of what this partition counts, nothing is the request's.
            decision.Marks.Clear();
            decision.State = this;
            return true;
        }
    }

    /// <summary>Drops the partition if it is full, so that nothing counted is lost; or in any case, and with it what was counted.</summary>
    public bool TryRetire(bool always = false)
    {
        lock (this)
        {
            if (_quotas is { } quotas)
            {
                if (!always && (IsAwaited || quotas.FullAt(State) > quotas.Clock.Now))
                {
                    return false;
                }

                _quotas = null;
                OnRetired();
            }

            return true;
        }
    }

    /// <summary>Forgets what the caller has used, and drops the partition if no request holds or awaits anything of it.</summary>
    /// <returns>Whether the partition was dropped.</returns>
    public bool TryReset()
    {
        lock (this)
        {
            _quotas?.ClearCounts(State);
            OnPermitsReturned();
        }

        return TryRetire();
    }

    /// <summary>Gives back permits, whatever request took them.</summary>
    public void Grant(ReadOnlySpan<long> permits)
    {
        lock (this)
        {
            _quotas?.Grant(State, _quotas.Clock.Now, permits);
            OnPermitsReturned();
        }
    }

    /// <summary>Reads something of the quotas and the counts, under the lock.</summary>
    /// <returns><see langword="null"/> if the partition was dropped.</returns>
    public T? Read<T>(Func<QuotaSet, Span<long>, T> read)
        where T : struct
    {
        lock (this)
        {
            return _quotas is { } quotas ? read(quotas, State) : null;
        }
    }

    public void Dispose() => TryRetire(always: true);

    /// <summary>Gets a value indicating whether requests wait for permits that only another request gives back.</summary>
    protected virtual bool IsAwaited => false;

    /// <summary>Tells under the lock whether a new request may not overtake those that wait.</summary>
    protected virtual bool MustWaitBehindOthers(QuotaSet quotas) => false;

    /// <summary>Called under the lock when permits came back otherwise than with time.</summary>
    protected virtual void OnPermitsReturned()
    {
    }

    /// <summary>Called under the lock when the partition is dropped.</summary>
    protected virtual void OnRetired()
    {
    }

    /// <summary>Ties a decision to this partition.</summary>
    protected void Belongs(RateLimitDecision decision, QuotaSet quotas)
    {
        decision.State = this;
        decision.HoldsPermits = decision.IsAcquired && quotas.HasConcurrency && quotas.IsHeldBy(decision);
    }

    private void CopyTo(Span<long> state)
    {
        lock (this)
        {
            if (_quotas is { } quotas && quotas.FullAt(State) > quotas.Clock.Now)
            {
                quotas.Copy(State, state);
            }
        }
    }
}
