namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of a plan in this process's memory: one for each caller, and some that unknown callers share if there
/// are too many.
/// </summary>
/// <remarks>
/// A plan whose quotas change has a new object for later requests, and those in progress end with the previous one.
/// Both have the same partitions (<see cref="PartitionTable"/>).
/// </remarks>
internal sealed class MemoryPartitions : PlanPartitions
{
    private readonly QuotaSet _quotas;
    private readonly PartitionTable _table;
    private readonly PartitionSweeper _sweeper;
    private readonly PartitionsContext _context;
    private readonly StateResumption? _resume;

    /// <param name="context">The plan, and the services with which partitions are created.</param>
    /// <param name="resume">Counts permits that a new caller has used elsewhere; <see langword="null"/> for none.</param>
    /// <param name="before">The partitions of an earlier version of the plan, whose counts are continued; <see langword="null"/> for none.</param>
    public MemoryPartitions(PartitionsContext context, StateResumption? resume = null, MemoryPartitions? before = null)
    {
        _context = context;
        _resume = resume;
        _quotas = new QuotaSet(context.TimeProvider, context.Plan.Quotas, before: before?._quotas);
        _table = before?._table.Share() ?? new PartitionTable(context);
        _sweeper = new PartitionSweeper(context.TimeProvider, context.Plan.LongestWindow, Sweep);
    }

    // Getting the token of a request takes 15 ns, and only a request that waits in a queue needs it.
    public override bool UsesCancellation => _quotas.HasConcurrency;

    /// <summary>Gets a number by which partitions of several plans are locked in one order.</summary>
    public int Rank => _table.Rank;

    /// <summary>Gets a value indicating whether requests may wait for each other.</summary>
    public bool HasQueue => _quotas.Concurrency is { QueueLimit: > 0 };

    /// <summary>Gets the quotas under which requests are counted.</summary>
    public QuotaSet Quotas => _quotas;

    public RateLimitClock Clock => _quotas.Clock;

    /// <summary>Gets the number of partitions, without those that callers share.</summary>
    public int Count => _table.Count;

    /// <summary>Gets the number of partitions in memory by counting them, which is slow. It does not depend on the budget.</summary>
    public int Counted => _table.Counted;

    /// <summary>Gets a value indicating whether a caller without a partition would get one now.</summary>
    public bool HasRoom => _table.HasRoom;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        while (true)
        {
            if (Get(arguments) is not { } partition)
            {
                decision.State = null;
                AcquireNothing(arguments, decision);
                return default;
            }

            var decided = partition.IsOverflow ? AcquireOverflow(partition, arguments, decision) : Acquire(partition, arguments, decision);
            if (!decided.IsCompletedSuccessfully)
            {
                return new(decided.AsTask());
            }

            if (decided.Result)
            {
                return default;
            }

            Renew(in arguments.Caller, partition, arguments.InitialLimits.Span);
        }
    }

    /// <summary>Returns the partition of a caller, or creates one; <see langword="null"/> if there is none and nothing is to be taken.</summary>
    public MemoryPartition? Get(in AcquireArguments arguments) => Find(in arguments.Caller) is { } partition ? partition
        : !arguments.Costs.Span.ContainsAnyExcept(0L) ? null
        : Add(arguments.Caller, arguments.InitialLimits) ?? Overflow(in arguments.Caller, arguments.InitialLimits);

    /// <summary>Returns the partition of a caller, or else the one that it would share; <see langword="null"/> if there is neither.</summary>
    public MemoryPartition? FindAny(in RateLimitPrincipal principal) => Find(principal) ?? _table.Overflow.Find(principal);

    /// <summary>
    /// Returns, under the lock of a partition, whether a caller no longer shares it, because another thread has created one of its own in the
    /// meantime. Permits that are charged to the shared one from then on are not among the counts with which the other one has begun.
    /// </summary>
    public bool IsLeft(in RateLimitPrincipal principal, MemoryPartition partition) => partition.IsOverflow && Find(principal) is not null;

    /// <summary>Writes the statuses of a caller that has no partition of its own, and keeps its limits, as if it acquired nothing.</summary>
    public void AcquireNothing(in AcquireArguments arguments, RateLimitDecision decision)
    {
        if (_table.Overflow.Find(in arguments.Caller)?.TryAcquire(new long[_quotas.Quotas.Length], arguments.Limits.Span, decision, _quotas) != true)
        {
            Peek(in arguments.Caller, arguments.Limits, arguments.InitialLimits, decision);
        }

        // The caller may have a partition of its own when it is charged.
        decision.State = null;
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        Peek(arguments.Principal, arguments.Limits, initialLimits: default, arguments.Decision);
        return default;
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        if (!decision.IsAcquired)
        {
            return default;
        }

        var permits = arguments.Permits.Span;
        var partition = decision.State as MemoryPartition;
        while (partition?.TryAdjust(permits, decision, _quotas) != true)
        {
            partition = partition?.Successor;
            if (partition is null && !permits.ContainsAnyInRange(1, long.MaxValue))
            {
                // None of the counts belong to the request.
                Peek(in decision.Caller, decision.Limits(), initialLimits: default, decision);
                return default;
            }

            decision.State = partition ??= FindAgain(decision);
        }

        return default;
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        (decision.State as MemoryPartition)?.Release(decision, _quotas);
        return default;
    }

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        Forget(principal);
        return default;
    }

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        var partition = Find(principal);
        if (partition?.Quotas is { } quotas && quotas.Version < _quotas.Version)
        {
            // Permits that are given back of a quota that the partition does not count yet would be lost.
            Renew(in principal, partition, limits: []);
            partition = Find(principal);
        }

        partition?.Grant(permits.Span, _quotas);
        return default;
    }

    public override ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) =>
        new(MemoryListing.List(_table.Callers, _quotas, arguments));

    /// <summary>Clears what a caller has used, except the permits that its requests hold.</summary>
    public void Forget(in RateLimitPrincipal principal)
    {
        for (var partition = Find(principal); partition is not null; partition = partition.Successor)
        {
            if (partition.TryReset())
            {
                _table.Remove(principal, partition);
            }
        }
    }

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (!plan.HasShapesOf(_context.Plan))
        {
            return false;
        }

        _quotas.Replace(plan.Quotas);
        return true;
    }

    /// <summary>Continues the counts of others for the same callers: for each quota of the same shape, the greater count is used.</summary>
    /// <remarks>
    /// All callers are copied, because it is not known which of them this object will count. Those that never send a request are dropped when
    /// their windows are over.
    /// </remarks>
    public void TakeOver(MemoryPartitions others) => _table.TakeOver(others._table, _quotas);

    public void Sweep() => _table.Sweep(_quotas);

    /// <summary>Returns the permits of each quota that a caller has used, including debt beyond the limit.</summary>
    public long[] UsedBy(in RateLimitPrincipal principal)
    {
        var used = new long[_quotas.Quotas.Length];
        Find(principal)?.ReadUsed(used, _quotas);
        return used;
    }

    /// <summary>Returns the partition of a caller, if there is one.</summary>
    public MemoryPartition? Find(in RateLimitPrincipal principal) => _table.Find(principal);

    /// <summary>Replaces a partition that could not count a request, as <see cref="PartitionTable.Renew"/> does.</summary>
    public void Renew(in RateLimitPrincipal principal, MemoryPartition partition, ReadOnlySpan<double> limits) =>
        _table.Renew(in principal, partition, _quotas, limits);

    protected override void Dispose(bool disposing)
    {
        _sweeper.Dispose();
        _table.Leave();
        base.Dispose(disposing);
    }

    private MemoryPartition? Add(RateLimitPrincipal principal, ReadOnlyMemory<double> limits) =>
        _table.TryAdd(in principal, _quotas, partition => Begin(partition, principal, limits));

    private ValueTask<bool> Acquire(MemoryPartition partition, in AcquireArguments arguments, RateLimitDecision decision) =>

        // If nothing waits, the direct call saves an acquisition 2 ns.
        _quotas.HasConcurrency && !arguments.NeverWaits
            ? partition.AcquireAsync(arguments.Costs, arguments.Limits, decision, _quotas, arguments.CancellationToken)
            : new(partition.TryAcquire(arguments.Costs.Span, arguments.Limits.Span, decision, _quotas));

    /// <summary>Decides about a caller that shares a partition, unless it has one of its own now.</summary>
    private ValueTask<bool> AcquireOverflow(MemoryPartition partition, in AcquireArguments arguments, RateLimitDecision decision)
    {
        lock (partition)
        {
            return IsLeft(arguments.Caller, partition) ? new(false) : Acquire(partition, arguments, decision);
        }
    }

    /// <summary>
    /// Finds the partition that counts the caller now: the endpoint took longer than the longest window, and the one that
    /// decided was dropped in the meantime, full; or the request took nothing at first, and its caller had no partition.
    /// </summary>
    private MemoryPartition FindAgain(RateLimitDecision decision)
    {
        var limits = decision.Limits();
        while (true)
        {
            var partition = Find(decision.Principal) ?? Add(decision.Principal, limits) ?? Overflow(decision.Principal, limits);
            if (partition.TryAdopt(decision, _quotas))
            {
                return partition;
            }

            Renew(decision.Principal, partition, limits);
        }
    }

    private void Peek(
        in RateLimitPrincipal principal, ReadOnlyMemory<double> limits, ReadOnlyMemory<double> initialLimits, RateLimitDecision decision)
    {
        if (FindAny(in principal)?.TryPeek(limits.Span, decision, _quotas) != true)
        {
            PeekUnknown(in principal, limits, initialLimits, decision);
        }
    }

    private void PeekUnknown(
        in RateLimitPrincipal principal, ReadOnlyMemory<double> limits, ReadOnlyMemory<double> initialLimits, RateLimitDecision decision)
    {
        Span<long> state = new long[_quotas.StateLength];
        _quotas.Initialize(state);
        _quotas.SetLimits(state, initialLimits.Span, now: 0);
        _resume?.Invoke(principal, _quotas, state);
        MemoryPartition.Peek(_quotas, state, limits.Span, decision);
    }

    /// <summary>Sets up a caller's partition. If the caller was counted in the shared one, its counts are continued.</summary>
    private void Begin(MemoryPartition partition, in RateLimitPrincipal principal, ReadOnlyMemory<double> limits)
    {
        partition.Start(limits.Span, _table.Overflow.Find(principal));
        if (_resume is not null)
        {
            partition.Resume(principal, _resume);
        }
    }

    private MemoryPartition CreateOverflow(in RateLimitPrincipal principal, ReadOnlyMemory<double> limits) =>
        _table.Overflow.Get(principal, () => CreateOverflow(limits));

    /// <summary>Creates a partition that callers share. It continues in place if the quotas change, because it is in no table.</summary>
    private StandardPartition CreateOverflow(ReadOnlyMemory<double> limits)
    {
        var partition = new StandardPartition(_quotas, isOverflow: true);
        partition.Start(limits.Span, origin: null);
        return partition;
    }

    /// <summary>Shares a partition among callers that arrive when there is no room: never unlimited, never an error.</summary>
    private MemoryPartition Overflow(in RateLimitPrincipal principal, ReadOnlyMemory<double> limits)
    {
        _context.ReportOverflow();
        _sweeper.Hasten();
        return _table.Overflow.Find(principal) ?? CreateOverflow(principal, limits);
    }
}
