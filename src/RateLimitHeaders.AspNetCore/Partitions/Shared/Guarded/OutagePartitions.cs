namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts a plan in this server's memory, under its share of the limits, while a store cannot. The counts continue those before the
/// outage: permits that the store last reported as used stay used.
/// </summary>
internal sealed class OutagePartitions(PartitionsContext context, int nodes) : PlanPartitions
{
    private readonly Lock _lock = new();
    private readonly OutageCharges? _charges = context.Plan.ChargeAfterOutage ? new OutageCharges(context) : null;
    private readonly CallerMap<LastStanding> _standings = new(context.Clock, context.MaxPartitions, static (standing, now) => standing.IsOver(now));

    // Created when first needed, because the sweeper of partitions has a timer.
    private MemoryPartitions? _partitions;
    private volatile NodeLimits _nodeLimits = new(context.Plan, nodes);
    private PlanDefinition _plan = context.Plan;
    private bool _isDisposed;

    private MemoryPartitions Partitions => Volatile.Read(ref _partitions) ?? Create();

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var nodeLimits = _nodeLimits;
        var answer = Partitions.AcquireAsync(
            arguments.With(arguments.Costs, nodeLimits.Of(arguments.Limits), nodeLimits.OfInitial(arguments.InitialLimits)), decision);
        return _charges is null ? answer : ChargeLaterAsync(answer, arguments, decision);
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        // Without limits a caller keeps its own, which are not those of the plan if its plan is a named one.
        var limits = arguments.Limits.IsEmpty && Knows(arguments.Principal) ? default : _nodeLimits.Of(arguments.Limits);
        return Partitions.PeekAsync(new(arguments.Principal, limits, arguments.Decision), cancellationToken);
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) =>
        _partitions is not { } partitions ? default
            : _charges is null ? partitions.AdjustAsync(decision, arguments)
            : AdjustAsync(partitions, _charges, decision, arguments);

    /// <summary>Records the statuses of an answer of the store: permits that were counted here instead no longer count.</summary>
    /// <returns>Whether permits that the caller took here must first be charged in the store.</returns>
    public bool Note(RateLimitDecision answer)
    {
        if (answer.Statuses.Length == 0)
        {
            return false;
        }

        _standings.Set(answer.Caller, new LastStanding(answer));
        if (_charges?.Has(answer.Caller) is true)
        {
            return true;
        }

        _partitions?.Forget(answer.Caller);
        return false;
    }

    /// <summary>Records that the store has counted a request although its answer came too late.</summary>
    public void NoteCounted(in RateLimitPrincipal principal, ReadOnlySpan<long> costs) =>
        _charges?.Add(principal, TakenOf(costs), default, isCounted: true);

    /// <summary>Returns the permits that callers took here, to be charged in the store.</summary>
    /// <param name="isAvailable">Returns whether the store can be called now. If not, the rest is left out.</param>
    public IEnumerable<OutageCharge> Charges(Func<bool> isAvailable) => _charges?.All.TakeWhile(_ => isAvailable()) ?? [];

    /// <summary>Returns the permits that a caller took here and that have not come back, and removes them, so that none is charged twice.</summary>
    /// <returns><see langword="null"/> if another call has taken them.</returns>
    public long[]? Take(OutageCharge charge)
    {
        var used = Partitions.UsedBy(charge.Principal);
        var permits = _charges!.Take(charge);
        for (var i = 0; i < permits?.Length; i++)
        {
            // Permits that have come back by now would have come back in the store, too.
            permits[i] = context.Plan.Quotas[i] is ConcurrencyQuota ? 0 : Math.Min(permits[i], used[i]);
        }

        return permits;
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => _partitions?.ReleaseAsync(decision) ?? default;

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        _standings.Remove(principal);
        _charges?.Forget(principal);
        return _partitions?.ResetAsync(principal, cancellationToken) ?? default;
    }

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) =>
        _partitions?.GrantAsync(principal, permits, cancellationToken) ?? default;

    /// <summary>Adds ids to listed callers that this server has seen lately, of which the store keeps only hashes.</summary>
    /// <param name="listing">The callers.</param>
    /// <param name="idOf">Returns the text that the store lists instead of the id of a caller.</param>
    public CallerListing Named(CallerListing listing, Func<RateLimitPrincipal, string?> idOf)
    {
        if (!listing.Callers.Any(caller => caller.IsHash))
        {
            return listing;
        }

        var wanted = listing.Callers.Where(caller => caller.IsHash).Select(caller => caller.Id).ToHashSet(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var principal in _standings.Callers)
        {
            if (idOf(principal) is { } listed && wanted.Contains(listed))
            {
                names[listed] = principal.Id;
            }
        }

        return listing with
        {
            Callers = [.. listing.Callers.Select(caller => names.TryGetValue(caller.Id, out var id) ? caller with { Id = id, IsHash = false } : caller)],
        };
    }

    public override bool TryUpdate(PlanDefinition plan)
    {
        lock (_lock)
        {
            _plan = plan;
            _nodeLimits = new NodeLimits(plan, nodes);
            return _partitions?.TryUpdate(plan) ?? true;
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _isDisposed = true;
            _partitions?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Adjusts, and records the result, which is to be charged in the store: a request gets back no more than it has, and owes at
    /// most <see cref="Quota.MaxDebt"/>.
    /// </summary>
    private static async ValueTask AdjustAsync(MemoryPartitions partitions, OutageCharges charges, RateLimitDecision decision, AdjustArguments arguments)
    {
        // Without permits, the marks first lose permits that the request no longer has, as after a reset.
        decision.BeginAdjustment();
        await partitions.AdjustAsync(decision, new AdjustArguments(new long[arguments.Permits.Length]));
        var before = HeldOf(decision);
        await partitions.AdjustAsync(decision, arguments);
        var done = arguments.Permits.ToArray();
        for (var i = 0; i < done.Length; i++)
        {
            done[i] = done[i] > 0 ? done[i] - (i < decision.LeftOut.Length ? decision.LeftOut[i] : 0)
                : i < before.Length ? Math.Clamp(HeldBy(decision.Marks[i]) - before[i], done[i], 0)
                : 0;
        }

        charges.Add(decision.Caller, done, default);
    }

    private static long[] HeldOf(RateLimitDecision decision) => [.. decision.Marks.ToArray().Select(mark => HeldBy(mark))];

    private static long HeldBy(in ChargeMark mark) => mark.Permits + mark.Earlier;

    private static long[] TakenOf(ReadOnlySpan<long> costs) => [.. costs.ToArray().Select(PermitCost.Taken)];

    private async ValueTask ChargeLaterAsync(ValueTask answer, AcquireArguments arguments, RateLimitDecision decision)
    {
        await answer;
        if (decision.IsAcquired)
        {
            _charges!.Add(arguments.Principal, TakenOf(arguments.Costs.Span), arguments.Limits.Span);
        }
    }

    private bool Knows(in RateLimitPrincipal principal) =>
        Partitions.Find(principal) is not null || _standings.TryGet(principal, context.Clock.Now, out _);

    private void Resume(RateLimitPrincipal principal, QuotaSet quotas, Span<long> state)
    {
        if (_standings.TryGet(principal, context.Clock.Now, out var standing))
        {
            standing.Resume(quotas, state, _nodeLimits);
        }
    }

    private MemoryPartitions Create()
    {
        lock (_lock)
        {
            if (_partitions is null)
            {
                MemoryPartitions created;

                // Its timer outlives the request that needs it first, and is not part of its activity and the scopes of its log.
                using (ExecutionContext.SuppressFlow())
                {
                    created = new MemoryPartitions(context, Resume);
                }

                created.TryUpdate(_plan);
                Volatile.Write(ref _partitions, created);
                if (_isDisposed)
                {
                    // A request in progress is counted, and nothing is left for it.
                    created.Dispose();
                }
            }

            return _partitions;
        }
    }
}
