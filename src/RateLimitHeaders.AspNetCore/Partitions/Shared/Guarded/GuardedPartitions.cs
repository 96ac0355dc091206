namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of a plan in a store, and those that count the plan while the store cannot. Each call writes into a decision of
/// its own, so that an answer after the deadline changes nothing.
/// </summary>
internal sealed class GuardedPartitions : PlanPartitions
{
    private readonly StoreGuard _guard;
    private readonly StorePartitions _store;
    private readonly PlanPartitions _fallback;
    private readonly OutagePartitions? _outage;
    private readonly OutageSettlement? _settlement;
    private readonly int _concurrency;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly OwnArrays<long> _costs = new();
    private readonly OwnArrays<double> _limits = new();

    /// <param name="guard">The guard of the store. It is shared with other plans.</param>
    /// <param name="store">The partitions in the store. They are disposed with this object.</param>
    /// <param name="context">The plan.</param>
    public GuardedPartitions(StoreGuard guard, StorePartitions store, PartitionsContext context)
    {
        _guard = guard;
        _store = store;
        Context = context;
        _fallback = guard.Options.WhenUnavailable is StoreUnavailable.Admit or StoreUnavailable.Reject
            ? new UncountedPartitions(guard.Options.WhenUnavailable == StoreUnavailable.Admit, guard.Store.Name)
            : _outage = new OutagePartitions(context, guard.Options.Nodes);
        _concurrency = context.Plan.ConcurrencyIndex;
        _tags = guard.Metrics.TagsOf(context);
        _settlement = _outage is not null && context.Plan.ChargeAfterOutage ? new(this, _outage) : null;
        guard.Add(store);
        if (_settlement is not null)
        {
            guard.Recovered += OnRecovered;
        }
    }

    public PartitionsContext Context { get; }

    /// <summary>Gets the guard of the store.</summary>
    public StoreGuard Guard => _guard;

    /// <summary>Gets the partitions in the store.</summary>
    public StorePartitions Store => _store;

    /// <summary>Gets a value indicating whether it makes sense to call the store.</summary>
    public bool IsAvailable => _guard.IsAvailable;

    /// <summary>Gets a value indicating whether permits that were taken in an outage are charged in the store afterwards.</summary>
    public bool ChargesAfterOutage => _settlement is not null;

    /// <summary>Gets the number of calls in progress that no request waits for.</summary>
    public int CallsBehind => _guard.Keeper.CallsUnderWay;

    /// <summary>Gets the task that charges permits that were taken in the last outage; <see langword="null"/> for none.</summary>
    public Task? Settlement { get; private set; }

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision) =>
        IsAvailable ? AcquireFromStoreAsync(arguments, decision) : FallBackAsync(arguments, decision);

    /// <summary>Decides without the store.</summary>
    public ValueTask FallBackAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        _guard.Metrics.FellBack(_tags);
        return _fallback.AcquireAsync(arguments, decision);
    }

    /// <summary>Makes the store decide.</summary>
    /// <returns>Its answer; <see langword="null"/> if there is none.</returns>
    public async ValueTask<RateLimitDecision?> TryAcquireAsync(AcquireArguments arguments)
    {
        var answer = new RateLimitDecision { Principal = arguments.Principal };
        var isAnswered = await RunAsync(arguments, answer, held: null);
        Note(answer, isAnswered);
        return isAnswered ? answer : null;
    }

    /// <summary>Copies the store's decision.</summary>
    public void Accept(RateLimitDecision answer, RateLimitDecision decision, HeldPermits? held = null)
    {
        Note(answer, isAnswered: true);
        decision.CopyFrom(answer);
        decision.State = new StoreDecision(answer, held);
    }

    /// <summary>Makes the store decide, and grant a batch.</summary>
    /// <param name="arguments">The request, the additional permits, and the batches that have ended.</param>
    /// <param name="onLateAnswer">Receives an answer that is too late to be returned; <see langword="null"/> for none.</param>
    /// <returns>As for <see cref="TryAcquireAsync"/>.</returns>
    public async ValueTask<RateLimitDecision?> TryAcquireBatchAsync(BatchArguments arguments, Action<RateLimitDecision>? onLateAnswer)
    {
        var answer = new RateLimitDecision { Principal = arguments.Acquire.Principal };
        var isAnswered = await _guard.RunAsync(
            TermsOf(answer.Caller, CancellationToken.None) with
            {
                OnLateAnswer = OnLateAnswer(arguments.Acquire.Costs, answer) + (onLateAnswer is null ? null : () => onLateAnswer(answer)),
            },
            (_store, arguments, answer),
            static call => call._store.AcquireBatchAsync(call.arguments, call.answer));
        Note(answer, isAnswered);
        return isAnswered ? answer : null;
    }

    /// <summary>Records that the store has counted a request although its answer came too late.</summary>
    public void NoteCounted(in RateLimitPrincipal principal, ReadOnlySpan<long> costs) => _outage?.NoteCounted(principal, costs);

    public override async ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        await TryPeekAsync(arguments, cancellationToken);

    /// <summary>Writes the statuses of a caller.</summary>
    /// <returns>Whether the store returned them; without an answer they come from the partitions that count instead.</returns>
    public async ValueTask<bool> TryPeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        var answer = new RateLimitDecision { Principal = arguments.Principal };
        var requested = new PeekArguments(arguments.Principal, arguments.Limits.ToArray(), answer);
        var isAnswered = arguments.Group is { } group
            ? await group.AddAsync(_guard, _store, requested)
            : await _guard.RunAsync(
                TermsOf(requested.Principal, cancellationToken),
                (_store, requested, cancellationToken),
                static call => call._store.PeekAsync(call.requested, call.cancellationToken));
        if (!isAnswered)
        {
            await _fallback.PeekAsync(arguments, cancellationToken);
            return false;
        }

        // The peek after a grant updates the caller's last standing, so that the grant also applies in an outage.
        Note(answer, isAnswered: true);
        arguments.Decision.CopyFrom(answer);
        return true;
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) =>
        !decision.IsAcquired ? default
            : decision.State is not StoreDecision stored ? _fallback.AdjustAsync(decision, arguments)
            : IsAvailable ? AdjustAsync(decision, stored, arguments)
            : AdjustInOutageAsync(decision, stored, arguments);

    /// <summary>Makes the store charge or give back, and read.</summary>
    /// <returns>Whether there is an answer. Without one it is not known whether it was counted, so that the call is not repeated.</returns>
    public async ValueTask<bool> TryAdjustAsync(StoreDecision stored, AdjustArguments arguments)
    {
        var answer = stored.Answer.Copy();
        answer.BeginAdjustment();
        var isAnswered = await _guard.RunAsync(
            TermsOf(answer.Caller, CancellationToken.None),
            (_store, answer, requested: new AdjustArguments(arguments.Permits.ToArray()) { Limits = _limits.Of(arguments.Limits) }),
            static call => call._store.AdjustAsync(call.answer, call.requested));
        if (isAnswered)
        {
            stored.Answer = answer;
            Note(answer, isAnswered);
        }

        return isAnswered;
    }

    /// <summary>
    /// Charges an admitted request of the store in memory while the store is not called, to be charged in the store after the outage. Permits that
    /// the store has counted are not given back. The decision keeps its statuses.
    /// </summary>
    public async ValueTask AdjustInOutageAsync(RateLimitDecision decision, StoreDecision stored, AdjustArguments arguments)
    {
        var isCharge = arguments.Permits.Span.ContainsAnyInRange(1, long.MaxValue);
        if (_settlement is null || (!isCharge && stored.InOutage is null))
        {
            decision.LeaveOut(0, arguments.Permits.Span);
            return;
        }

        var inOutage = stored.InOutage ??= await AcquireNothingAsync(stored.Answer, arguments.Limits);
        var uncharged = inOutage.Uncharged;
        await _fallback.AdjustAsync(inOutage, arguments);
        decision.LeaveOut(0, inOutage.LeftOut);
        decision.Uncharged += inOutage.Uncharged - uncharged;
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        if (decision.State is not StoreDecision stored)
        {
            return _fallback.ReleaseAsync(decision);
        }

        decision.HoldsPermits = false;
        stored.Held?.Release();
        return default;
    }

    public override async ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        await _fallback.ResetAsync(principal, cancellationToken);
        await DemandAsync(
            principal,
            (_store, principal, cancellationToken),
            static call => call._store.ResetAsync(call.principal, call.cancellationToken),
            "the caller's counts there may not be cleared",
            cancellationToken);
    }

    public override async ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        if (!IsAvailable)
        {
            // In memory, the permits would add up with each repetition of a failed grant by an operator.
            throw _guard.NoAnswer("the caller has not received the permits");
        }

        await _fallback.GrantAsync(principal, permits, cancellationToken);
        await DemandAsync(
            principal,
            (_store, principal, permits, cancellationToken),
            static call => call._store.GrantAsync(call.principal, call.permits, call.cancellationToken),
            "the caller may not have received the permits",
            cancellationToken);
    }

    /// <remarks>
    /// A listing may take long, which does not show whether the store answers requests in time. So it has no deadline, and its failure
    /// begins no outage.
    /// </remarks>
    public override async ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken)
    {
        if (!IsAvailable)
        {
            throw _guard.NoAnswer("its callers cannot be listed");
        }

        try
        {
            var listing = await _store.ListAsync(arguments, cancellationToken);
            return _outage?.Named(listing, _store.ListedIdOf) ?? listing;
        }
        catch (Exception exception) when (
            exception is not (ArgumentException or NotSupportedException or RateLimitStoreException) && !cancellationToken.IsCancellationRequested)
        {
            throw new RateLimitStoreException(StoreFailureKind.Call, $"The callers cannot be listed: {exception.Message}", exception);
        }
    }

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (plan.ChargeAfterOutage != Context.Plan.ChargeAfterOutage || !_store.TryUpdate(plan))
        {
            return false;
        }

        _fallback.TryUpdate(plan);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _guard.Recovered -= OnRecovered;
            _guard.Remove(_store);
            _fallback.Dispose();
            _store.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Runs an operator's call on the store. Throws if the store does not answer.</summary>
    private async ValueTask DemandAsync<TState>(
        RateLimitPrincipal principal, TState state, Func<TState, ValueTask> call, string consequence, CancellationToken cancellationToken)
    {
        if (!await _guard.RunAsync(TermsOf(principal, cancellationToken), state, call))
        {
            throw _guard.NoAnswer(consequence);
        }
    }

    private void OnRecovered() => Settlement = _settlement?.RunAsync();

    private async ValueTask AcquireFromStoreAsync(AcquireArguments arguments, RateLimitDecision decision)
    {
        var answer = new RateLimitDecision { Principal = arguments.Principal };
        var held = _concurrency >= 0 && arguments.Costs.Span[_concurrency] > 0 ? new HeldPermits(_guard, _store, answer) : null;
        var isAnswered = false;
        try
        {
            isAnswered = await RunAsync(arguments, answer, held);
        }
        finally
        {
            if (!isAnswered)
            {
                held?.GiveUp();
            }
        }

        if (!isAnswered)
        {
            await FallBackAsync(arguments, decision);
            return;
        }

        held = answer.HoldsPermits ? held : null;
        held?.Keep();
        Accept(answer, decision, held);
    }

    /// <summary>Records an answer, for a possible outage.</summary>
    private void Note(RateLimitDecision answer, bool isAnswered)
    {
        // A request that was decided here when the outage ended may have come too late to be charged with the others.
        if (isAnswered && _outage?.Note(answer) is true && _settlement is { IsRunning: false })
        {
            // The charges of all callers are not part of the activity of one caller's request.
            using (ExecutionContext.SuppressFlow())
            {
                OnRecovered();
            }
        }
    }

    private ValueTask<bool> RunAsync(in AcquireArguments arguments, RateLimitDecision answer, HeldPermits? held)
    {
        var requested = arguments.With(_costs.Of(arguments.Costs), _limits.Of(arguments.Limits), arguments.InitialLimits);
        var terms = TermsOf(requested.Principal, requested.CancellationToken) with
        {
            OnLateAnswer = OnLateAnswer(requested.Costs, answer) + (held is null ? null : (Action)held.OnLateAnswer),
        };
        return _guard.RunAsync(terms, (_store, requested, answer), static call => call._store.AcquireAsync(call.requested, call.answer));
    }

    /// <summary>Returns an action that records an answer that is too late; <see langword="null"/> if no charge depends on it.</summary>
    private Action? OnLateAnswer(ReadOnlyMemory<long> costs, RateLimitDecision answer) =>
        ChargesAfterOutage ? NoteLateAnswer(costs, answer) : null;

    private Action NoteLateAnswer(ReadOnlyMemory<long> costs, RateLimitDecision answer) => () =>
    {
        if (answer.IsAcquired)
        {
            NoteCounted(answer.Caller, costs.Span);
        }
    };

    /// <summary>Makes a decision in memory for the caller of an answer of the store, and takes no permits.</summary>
    private async ValueTask<RateLimitDecision> AcquireNothingAsync(RateLimitDecision answer, ReadOnlyMemory<double> limits)
    {
        var decision = new RateLimitDecision { Principal = answer.Caller };
        var nothing = new long[Context.Plan.Quotas.Count];
        await _fallback.AcquireAsync(new AcquireArguments(answer.Caller, nothing, limits) { InitialLimits = answer.Limits() }, decision);
        return decision;
    }

    private async ValueTask AdjustAsync(RateLimitDecision decision, StoreDecision stored, AdjustArguments arguments)
    {
        if (await TryAdjustAsync(stored, arguments))
        {
            var holdsPermits = decision.HoldsPermits;
            decision.CopyFrom(stored.Answer);
            decision.HoldsPermits = holdsPermits;
            decision.State = stored;
        }
        else
        {
            decision.LeaveOut(0, arguments.Permits.Span);
        }
    }

    private CallTerms TermsOf(in RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        new(new ProbeTarget(_store, principal)) { CancellationToken = cancellationToken };
}
