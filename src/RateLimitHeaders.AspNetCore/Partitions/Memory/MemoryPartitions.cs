using System.Diagnostics.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of a plan in this process's memory: one for each caller, and some that unknown callers share when there
/// are too many.
/// </summary>
internal sealed class MemoryPartitions : PlanPartitions
{
    /// <summary>How many partitions keep a distance from each other: half a megabyte is little, and no more than that is used for gaps.</summary>
    private const int MostSpaced = 4_096;

    private static int s_lastRank;

    private readonly QuotaSet _quotas;
    private readonly PartitionBudget _budget;
    private readonly PartitionMap<string, MemoryPartition> _byText;
    private readonly PartitionMap<UInt128, MemoryPartition> _byAddress;
    private readonly PartitionSweeper _sweeper;
    private readonly PartitionsContext _context;
    private readonly StateResumption? _resume;
    private readonly OverflowPartitions _overflow;

    /// <param name="context">The plan, and what partitions are made with.</param>
    /// <param name="resume">Tells what a new caller has used elsewhere; <see langword="null"/> if that is nothing.</param>
    public MemoryPartitions(PartitionsContext context, StateResumption? resume = null)
    {
        _context = context;
        _resume = resume;
        _quotas = new QuotaSet(context.TimeProvider, context.Plan.Quotas);
        _budget = new PartitionBudget(context.MaxPartitions, context.ReportExhausted, context.ReportDrop);
        _byText = new(_budget, static partition => partition.TryRetire());
        _byAddress = new(_budget, static partition => partition.TryRetire());
        _overflow = new OverflowPartitions(limits => Create(limits, origin: null));
        _sweeper = new PartitionSweeper(context.TimeProvider, context.Plan.LongestWindow, Sweep);
        context.Metrics.Partitions.Add(_budget, context.Tags);
    }

    // Asking a request for its token takes 15 ns, and only a request that waits in a queue has a use for it.
    public override bool UsesCancellation => _quotas.HasConcurrency;

    /// <summary>Gets a number by which partitions of several plans are locked in one order.</summary>
    public int Rank { get; } = Interlocked.Increment(ref s_lastRank);

    /// <summary>Gets a value indicating whether requests may wait for each other.</summary>
    public bool HasQueue => _quotas.Concurrency is { QueueLimit: > 0 };

    public RateLimitClock Clock => _quotas.Clock;

    /// <summary>Gets how many partitions there are, without the shared one.</summary>
    public int Count => _budget.Taken;

    /// <summary>Gets the same by counting them, which is slow: what is in memory, whatever the budget says.</summary>
    public int Counted => _byText.Count + _byAddress.Count;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        while (true)
        {
            if (Get(arguments) is not { } partition)
            {
                decision.State = null;
                PeekUnknown(arguments, decision);
                return default;
            }

            // Where nothing waits, the direct call saves an acquisition 2 ns.
            var decided = _quotas.HasConcurrency && !arguments.NeverWaits
                ? partition.AcquireAsync(arguments.Costs, arguments.Limits, decision, arguments.CancellationToken)
                : new(partition.TryAcquire(arguments.Costs.Span, arguments.Limits.Span, decision));
            if (!decided.IsCompletedSuccessfully)
            {
                return new(decided.AsTask());
            }

            if (decided.Result)
            {
                return default;
            }

            // The partition was dropped between the look-up and the acquisition; what it held was nothing.
            Remove(in arguments.Caller, partition);
        }
    }

    /// <summary>Gets the partition of a caller, or makes one; <see langword="null"/> if there is none and nothing is to be taken.</summary>
    public MemoryPartition? Get(in AcquireArguments arguments) => Find(in arguments.Caller) is { } partition ? partition
        : !arguments.Costs.Span.ContainsAnyExcept(0L) ? null
        : Add(arguments.Caller, arguments.InitialLimits) ?? Overflow(in arguments.Caller, arguments.InitialLimits);

    /// <summary>Writes where a caller stands that has no partition.</summary>
    public void PeekUnknown(in AcquireArguments arguments, RateLimitDecision decision) =>
        PeekUnknown(in arguments.Caller, arguments.Limits, arguments.InitialLimits, decision);

    public override ValueTask PeekAsync(ReadOnlyMemory<PeekArguments> peeks, CancellationToken cancellationToken)
    {
        foreach (ref readonly var peek in peeks.Span)
        {
            if (Find(peek.Principal)?.TryPeek(peek.Limits.Span, peek.Decision) != true)
            {
                PeekUnknown(peek.Principal, peek.Limits, default, peek.Decision);
            }
        }

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
        if (partition is null && !permits.ContainsAnyInRange(1, long.MaxValue))
        {
            PeekAgain(decision);
            return default;
        }

        while (partition?.TryAdjust(permits, decision) != true)
        {
            partition = FindAgain(decision);
        }

        return default;
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        (decision.State as MemoryPartition)?.Release(decision);
        return default;
    }

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        Forget(principal);
        return default;
    }

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        Find(principal)?.Grant(permits.Span);
        return default;
    }

    public override ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) => new(MemoryListing.List(
        _byText.Pairs.Select(pair => (pair.Key.TrimStart('\0'), PartitionKey.IsHash(pair.Key), pair.Value))
            .Concat(_byAddress.Pairs.Select(pair => (ClientAddress.Format(pair.Key), false, pair.Value))),
        arguments));

    /// <summary>Forgets what a caller has used, but not what its requests hold.</summary>
    public void Forget(in RateLimitPrincipal principal)
    {
        if (Find(principal) is { } partition && partition.TryReset())
        {
            Remove(principal, partition);
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

    public void Sweep()
    {
        _byText.Sweep();
        _byAddress.Sweep();
    }

    /// <summary>Gets the partition of a caller, if there is one.</summary>
    public MemoryPartition? Find(in RateLimitPrincipal principal) => principal.TextId is { } id
        ? _byText.TryGet(PartitionKey.Of(id), out var byText) ? byText : null
        : _byAddress.TryGet(principal.Address, out var byAddress) ? byAddress : null;

    protected override void Dispose(bool disposing)
    {
        _context.Metrics.Partitions.Remove(_budget);
        _sweeper.Dispose();
        foreach (var partition in _byText.Partitions.Concat(_byAddress.Partitions))
        {
            partition.Dispose();
        }

        _overflow.Dispose();
        base.Dispose(disposing);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The map owns it.")]
    private MemoryPartition? Add(RateLimitPrincipal principal, ReadOnlyMemory<double> limits) => principal.TextId is { } id
        ? _byText.TryAdd(PartitionKey.Of(id), _ => Create(principal, limits))
        : _byAddress.TryAdd(principal.Address, _ => Create(principal, limits));

    /// <summary>Removes a partition that turned out to be dropped.</summary>
    public void Remove(in RateLimitPrincipal principal, MemoryPartition partition)
    {
        if (principal.TextId is { } id)
        {
            _byText.Remove(PartitionKey.Of(id), partition);
        }
        else
        {
            _byAddress.Remove(principal.Address, partition);
        }
    }

    /// <summary>
    /// Finds the partition that counts the caller now: the endpoint took longer than the longest window, and the one that
    /// decided was dropped meanwhile, full; or the request took nothing at first, of a caller that had no partition.
    /// </summary>
    private MemoryPartition FindAgain(RateLimitDecision decision)
    {
        var limits = LimitsOf(decision);
        while (true)
        {
            var partition = Find(decision.Principal) ?? Add(decision.Principal, limits) ?? Overflow(decision.Principal, limits);
            if (partition.TryAdopt(decision))
            {
                return partition;
            }

            Remove(decision.Principal, partition);
        }
    }

    /// <summary>Reads where a caller stands now of which a request took nothing.</summary>
    private void PeekAgain(RateLimitDecision decision)
    {
        var limits = LimitsOf(decision);
        if (Find(decision.Principal)?.TryPeek(limits, decision) != true)
        {
            PeekUnknown(in decision.Caller, limits, default, decision);
        }
    }

    private static double[] LimitsOf(RateLimitDecision decision)
    {
        var limits = new double[decision.Statuses.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = decision.Statuses[i].LimitOrNaN;
        }

        return limits;
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

    /// <summary>Creates a caller's partition. One that was counted in the shared one brings along what that has counted.</summary>
    private MemoryPartition Create(in RateLimitPrincipal principal, ReadOnlyMemory<double> limits)
    {
        var partition = Create(limits, _overflow.Find(principal));
        if (_resume is not null)
        {
            partition.Resume(principal, _resume);
        }

        return partition;
    }

    private MemoryPartition Create(ReadOnlyMemory<double> limits, MemoryPartition? origin)
    {
        var partition = PartitionFactory.Create(_quotas, isSpaced: _budget.Taken <= MostSpaced);
        partition.Start(limits.Span, origin);
        return partition;
    }

    /// <summary>Shares a partition among callers that come when there is no room: never unlimited, never an error.</summary>
    private MemoryPartition Overflow(in RateLimitPrincipal principal, ReadOnlyMemory<double> limits)
    {
        _context.ReportOverflow();
        _sweeper.Hasten();
        return _overflow.Get(principal, limits);
    }
}
