using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The counts of one caller under one plan, in this process's memory.</summary>
/// <remarks>
/// The partition is its own lock, which saves an object for each of possibly a million partitions.
/// <para>
/// A plan whose quotas change continues with its partitions. The first request under the new quotas moves the counts of those
/// that stay (<see cref="MoveTo"/>). A request that is still in progress under the previous quotas counts those that still exist
/// in the partition, and the others in a copy that is dropped.
/// </para>
/// </remarks>
internal abstract class MemoryPartition(QuotaSet quotas) : IDisposable
{
    // A QuotaSet while the partition counts, its successor after a move, null after it was dropped.
    private object? _home = quotas;

    /// <summary>Gets the quotas; <see langword="null"/> once the partition was dropped or has moved.</summary>
    public QuotaSet? Quotas => _home as QuotaSet;

    /// <summary>Gets the partition that counts the caller instead of this one, if it has moved.</summary>
    public MemoryPartition? Successor => _home as MemoryPartition;

    /// <summary>Gets the permits that requests wait for.</summary>
    public virtual long QueuedPermits => 0;

    /// <summary>Gets a value indicating whether the partition is shared by callers for which there is no room.</summary>
    public virtual bool IsOverflow => false;

    /// <summary>Gets the counts, as the quota set lays them out.</summary>
    protected abstract Span<long> State { get; }

    /// <summary>Sets up a new partition, which no other thread knows yet, or whose lock the thread holds.</summary>
    /// <param name="limits">The limits; <see cref="double.NaN"/> or an empty list for the quotas' own.</param>
    /// <param name="origin">The partition that has counted the caller so far, among others; <see langword="null"/> for none.</param>
    public void Start(ReadOnlySpan<double> limits, MemoryPartition? origin)
    {
        Quotas!.Initialize(State);
        if (origin?.CopyCounts() is { } counted)
        {
            Quotas.CopyUsed(counted.Quotas, counted.Counts, State);
        }

        Quotas.SetLimits(State, limits, Quotas.Clock.Now);
    }

    /// <summary>Counts in a new partition, as <see cref="Start"/> does, the permits that the caller has used elsewhere.</summary>
    public void Resume(in RateLimitPrincipal principal, Action<RateLimitPrincipal, QuotaSet, Span<long>> resume) => resume(principal, Quotas!, State);

    /// <summary>Decides.</summary>
    /// <param name="costs">The cost of the request for each quota.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="decision">The decision to write.</param>
    /// <param name="requested">The quotas under which the request arrived.</param>
    /// <returns>
    /// <see langword="false"/> if the partition was dropped, so that it must be looked up again, or still belongs to an earlier
    /// version of the plan, so that it must move.
    /// </returns>
    /// <remarks>
    /// If it were inlined, the JIT compiler would not inline the methods that it calls, some of which are single loads: not inlining it
    /// saves a request 30 ns.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryAcquire(ReadOnlySpan<long> costs, ReadOnlySpan<double> limits, RateLimitDecision decision, QuotaSet requested)
    {
        lock (this)
        {
            if (!TryOpen(requested, out var state))
            {
                return false;
            }

            var now = requested.Clock.Now;
            var slots = requested.Slots(state);
            requested.SetLimits(state, limits, now);
            if (requested.Slots(state) > slots && requested == Quotas)
            {
                // Queued requests have waited under the lower limit, and are admitted first.
                OnPermitsReturned();
            }

            requested.Acquire(state, now, costs, decision, mustQueue: requested.HasConcurrency && MustWaitBehindOthers(requested));
            Close(requested, state);
            Attach(decision, requested);
            return true;
        }
    }

    /// <summary>
    /// Returns, under the lock, whether requests under certain quotas can be counted: the partition was not dropped, and need not move first.
    /// </summary>
    public bool CanCount(QuotaSet requested) => _home == requested || (Quotas is { } quotas && requested.Version <= quotas.Version);

    /// <summary>Sets the limits of a request, and returns, under the lock, whether it fits.</summary>
    public bool Fits(ReadOnlySpan<long> costs, ReadOnlySpan<double> limits, long now, QuotaSet requested)
    {
        var state = Open(requested);
        requested.SetLimits(state, limits, now);
        var fits = requested.Fits(state, now, costs);
        Close(requested, state);
        return fits;
    }

    /// <summary>Decides under the lock, as <see cref="TryAcquire"/> does.</summary>
    public void AcquireLocked(ReadOnlySpan<long> costs, long now, RateLimitDecision decision, QuotaSet requested)
    {
        var state = Open(requested);
        requested.Acquire(state, now, costs, decision);
        Close(requested, state);
        Attach(decision, requested);
    }

    /// <summary>Decides as <see cref="TryAcquire"/> does, and waits if a quota has a queue.</summary>
    public virtual ValueTask<bool> AcquireAsync(
        ReadOnlyMemory<long> costs,
        ReadOnlyMemory<double> limits,
        RateLimitDecision decision,
        QuotaSet requested,
        CancellationToken cancellationToken) =>
        new(TryAcquire(costs.Span, limits.Span, decision, requested));

    /// <summary>Writes the caller's statuses under certain limits, which are not kept.</summary>
    /// <returns><see langword="false"/> if the partition was dropped.</returns>
    public bool TryPeek(ReadOnlySpan<double> limits, RateLimitDecision decision, QuotaSet requested)
    {
        lock (this)
        {
            if (Quotas is { } quotas)
            {
                Peek(requested, requested == quotas ? State.ToArray() : Open(requested), limits, decision);
                return true;
            }
        }

        return Successor?.TryPeek(limits, decision, requested) == true;
    }

    /// <summary>
    /// Writes how many permits of each quota are used, including debt beyond the limit; nothing if the partition was dropped or has moved.
    /// </summary>
    public void ReadUsed(Span<long> used, QuotaSet requested)
    {
        lock (this)
        {
            if (Quotas is { } quotas)
            {
                requested.ReadUsed(requested == quotas ? State.ToArray() : Open(requested), requested.Clock.Now, used);
            }
        }
    }

    /// <summary>Writes the statuses of a caller with a certain state.</summary>
    public static void Peek(QuotaSet quotas, Span<long> state, ReadOnlySpan<double> limits, RateLimitDecision decision)
    {
        var now = quotas.Clock.Now;
        quotas.SetLimits(state, limits, now);
        quotas.Peek(state, now, decision);
    }

    /// <summary>Charges an admitted request more, gives back, or only reads.</summary>
    /// <returns>As for <see cref="TryAcquire"/>.</returns>
    public bool TryAdjust(ReadOnlySpan<long> permits, RateLimitDecision decision, QuotaSet requested)
    {
        lock (this)
        {
            if (!TryOpen(requested, out var state))
            {
                return false;
            }

            ForgetBeforeReset(decision, requested);
            requested.Adjust(state, requested.Clock.Now, permits, decision);
            Close(requested, state);
            return true;
        }
    }

    /// <summary>Gives back the permits that a request held.</summary>
    public void Release(RateLimitDecision decision, QuotaSet requested)
    {
        lock (this)
        {
            decision.HoldsPermits = false;
            if (Quotas is not null)
            {
                var state = Open(requested);
                requested.Release(state, requested.Clock.Now, decision);
                Close(requested, state);
                OnPermitsReturned();
            }
        }
    }

    /// <summary>Changes limits, in the order of the quotas; <see cref="double.NaN"/> keeps one. Used permits stay used.</summary>
    /// <returns><see langword="false"/> if the partition was dropped or has moved.</returns>
    public bool TrySetLimits(ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            if (Quotas is not { } quotas)
            {
                return false;
            }

            quotas.SetLimits(State, limits, quotas.Clock.Now);
            OnPermitsReturned();
            return true;
        }
    }

    /// <summary>Adopts a decision whose partition was dropped, full, while the request was still in progress.</summary>
    /// <returns>As for <see cref="TryAcquire"/>.</returns>
    public bool TryAdopt(RateLimitDecision decision, QuotaSet requested)
    {
        lock (this)
        {
            if (!CanCount(requested))
            {
                return false;
            }

            // Time has brought back all permits that the request took: none of this partition's counts belong to the request.
            decision.Marks.Clear();
            decision.State = this;
            return true;
        }
    }

    /// <summary>Returns a copy of the counts; <see langword="null"/> if the partition is full, so that nothing is counted, or was dropped.</summary>
    public (QuotaSet Quotas, long[] Counts)? CopyCounts()
    {
        lock (this)
        {
            if (Quotas is { } quotas)
            {
                return quotas.FullAt(State) > quotas.Clock.Now ? (quotas, State.ToArray()) : null;
            }
        }

        return Successor?.CopyCounts();
    }

    /// <summary>Continues the counts of another partition of the same caller; for each quota, the greater count is used.</summary>
    /// <param name="others">The quotas of the other partition.</param>
    /// <param name="counted">A copy of its counts.</param>
    /// <param name="requested">The quotas under which requests arrive.</param>
    /// <returns>As for <see cref="TryAcquire"/>.</returns>
    public bool TryTakeOver(QuotaSet others, Span<long> counted, QuotaSet requested)
    {
        lock (this)
        {
            if (!TryOpen(requested, out var state))
            {
                return false;
            }

            requested.CopyGreater(others, counted, state, requested.Clock.Now);
            Close(requested, state);
            return true;
        }
    }

    /// <summary>Continues under the quotas of a later version of the plan: counts of quotas that stay are continued.</summary>
    /// <param name="quotas">The quotas.</param>
    /// <param name="limits">The limits of new quotas; <see cref="double.NaN"/> or an empty list for the quotas' own.</param>
    /// <param name="isSpaced">Whether a new partition is to keep a distance from others (<see cref="PartitionTable.Create"/>).</param>
    /// <param name="tryReplace">Replaces this partition by another one.</param>
    public virtual void MoveTo(QuotaSet quotas, ReadOnlySpan<double> limits, bool isSpaced, Func<MemoryPartition, bool> tryReplace)
    {
        lock (this)
        {
            if (Quotas is { } before && before.Version < quotas.Version)
            {
                // Other threads that find it wait only for its own lock: it is complete when it can be found.
                var successor = PartitionTable.Create(quotas, isSpaced);
                successor.Start(limits, origin: null);
                quotas.CopyUsed(before, State, successor.State);
                if (tryReplace(successor))
                {
                    _home = successor;
                }
            }
        }
    }

    /// <summary>Drops the partition if it is full, so that nothing counted is lost; or in any case, and with it what was counted.</summary>
    /// <param name="requested">The quotas that must be full, if they are later ones; <see langword="null"/> for those of the partition.</param>
    /// <param name="always">Whether to drop it in any case.</param>
    public bool TryRetire(QuotaSet? requested = null, bool always = false)
    {
        lock (this)
        {
            if (Quotas is { } quotas)
            {
                if (!always && (IsAwaited || FullAt(requested is not null && requested.Version > quotas.Version ? requested : quotas) > quotas.Clock.Now))
                {
                    return false;
                }

                _home = null;
                OnRetired();
            }

            return true;
        }
    }

    /// <summary>Clears what the caller has used, and drops the partition if no request holds or awaits permits of it.</summary>
    /// <returns>Whether the partition no longer counts: it was dropped or has moved.</returns>
    public virtual bool TryReset()
    {
        lock (this)
        {
            // One lock for both steps. Between them a charge would be lost, or refunded by an earlier request.
            Quotas?.ClearCounts(State);
            OnPermitsReturned();
            return TryRetire();
        }
    }

    /// <summary>Gives back permits, whatever request took them.</summary>
    public void Grant(ReadOnlySpan<long> permits, QuotaSet requested)
    {
        lock (this)
        {
            if (Quotas is not null)
            {
                var state = Open(requested);
                requested.Grant(state, requested.Clock.Now, permits);
                Close(requested, state);
                OnPermitsReturned();
                return;
            }
        }

        Successor?.Grant(permits, requested);
    }

    /// <summary>Reads from the quotas and the counts, under the lock.</summary>
    /// <returns><see langword="null"/> if the partition was dropped.</returns>
    public T? Read<T>(Func<QuotaSet, Span<long>, T> read)
        where T : struct
    {
        lock (this)
        {
            if (Quotas is { } quotas)
            {
                return read(quotas, State);
            }
        }

        return Successor?.Read(read);
    }

    public void Dispose() => TryRetire(always: true);

    /// <summary>Gets a value indicating whether requests wait for permits that only another request gives back.</summary>
    protected virtual bool IsAwaited => false;

    /// <summary>Returns, under the lock, whether a new request may not overtake those that wait.</summary>
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
    protected virtual void Attach(RateLimitDecision decision, QuotaSet quotas)
    {
        decision.State = this;
        decision.HoldsPermits = decision.IsAcquired && quotas.IsHeldBy(decision);
    }

    /// <summary>
    /// Makes a decision, under the lock, give back no permits that were charged before a reset: the reset cleared them, and the present counts belong
    /// to other requests. A partition that is dropped with each reset has nothing to do.
    /// </summary>
    protected virtual void ForgetBeforeReset(RateLimitDecision decision, QuotaSet quotas)
    {
    }

    /// <summary>Begins under the lock to count a request.</summary>
    /// <param name="requested">The quotas under which it arrived.</param>
    /// <param name="state">The counts of these, to be passed to <see cref="Close"/>.</param>
    /// <returns><see langword="false"/> if the partition was dropped or must move first.</returns>
    protected bool TryOpen(QuotaSet requested, out Span<long> state)
    {
        var canCount = CanCount(requested);
        state = canCount ? Open(requested) : default;
        return canCount;
    }

    /// <summary>Returns the counts under certain quotas, under the lock: in a copy, if those of the partition are others.</summary>
    protected Span<long> Open(QuotaSet requested) => _home == requested ? State : OpenCopy(requested);

    /// <summary>Stores the counts, under the lock.</summary>
    protected void Close(QuotaSet requested, ReadOnlySpan<long> state)
    {
        if (_home != requested)
        {
            Quotas!.CopyCommon(requested, state, State);
        }
    }

    /// <summary>Continues in place, under the lock, with quotas whose counts <see cref="State"/> already has.</summary>
    protected void Continue(QuotaSet quotas) => _home = quotas;

    private long FullAt(QuotaSet requested) => requested.FullAt(Open(requested));

    private long[] OpenCopy(QuotaSet requested)
    {
        var copy = new long[requested.StateLength];
        requested.Initialize(copy);
        if (requested.Version > Quotas!.Version)
        {
            // Reading before the partition moves shows the counts that it will have then.
            requested.CopyUsed(Quotas, State, copy);
        }

        requested.CopyCommon(Quotas, State, copy);
        return copy;
    }
}
