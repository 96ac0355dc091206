namespace RateLimitHeaders.AspNetCore;

/// <summary>The partitions of one plan in a <see cref="CompareAndSwapStore"/>: the arithmetic of memory, on states that are loaded and saved.</summary>
internal sealed class CompareAndSwapPartitions : StorePartitions
{
    private static readonly TimeSpan s_probeLifetime = TimeSpan.FromSeconds(1);

    private readonly CompareAndSwapStore _store;
    private readonly StatePlan _plan;
    private readonly StateKeys _keys;
    private readonly StateBans _bans;

    public CompareAndSwapPartitions(CompareAndSwapStore store, PartitionsContext context)
    {
        _store = store;
        _plan = new StatePlan(context, store.Options.HeldPermitLifetime);
        _keys = new StateKeys(store.KeyPrefix, context.Plan);
        _bans = new StateBans(store, _keys, context.TimeProvider);
    }

    public override bool SupportsBatches => true;

    public override bool KeepsBans => true;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var holds = _plan.Concurrency >= 0 && arguments.Costs.Span[_plan.Concurrency] > 0;
        var number = holds ? HeldNumbers.Next(counterBits: 32) : 0;
        if (holds)
        {
            // Before the store is called, so that permits that it may hold can be released without its answer.
            decision.State = new StateCharge(number, At: 0);
        }

        return RunAsync(arguments.Principal, new AcquireChange(_plan, arguments, decision, number));
    }

    public override ValueTask AcquireBatchAsync(in BatchArguments arguments, RateLimitDecision decision) =>
        RunAsync(arguments.Acquire.Principal, new BatchChange(_plan, arguments, decision));

    public override async ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        await RunInTimeAsync(
            async inTime =>
            {
                var (_, state, now) = await _store.Changes.OpenAsync(_plan, _keys.Of(arguments.Principal), inTime);
                state.SetLimits(arguments.Limits.Span, [], now);
                _plan.Quotas.Peek(state.Words, now, arguments.Decision);
                _plan.Complete(state, now, arguments.Decision);
                return true;
            },
            cancellationToken);

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) =>
        RunAsync(decision.Principal, new AdjustChange(_plan, arguments, decision));

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => decision.State is StateCharge { Number: not 0 } charge
        ? RunAsync(decision.Principal, new HoldChange(_plan, charge.Number, permits: 0))
        : default;

    public override ValueTask RenewAsync(RateLimitDecision decision, CancellationToken cancellationToken) => decision.State is StateCharge { Number: not 0 } charge
        ? RunAsync(decision.Principal, new HoldChange(_plan, charge.Number, decision.Marks[_plan.Concurrency].Permits))
        : default;

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        RunAsync(principal, new ResetChange(_plan));

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) =>
        RunAsync(principal, new GrantChange(_plan, permits));

    public override string BanNameOf(in RateLimitPrincipal principal) => StateKeys.NameOf(principal);

    public override ValueTask BanAsync(string name, TimeSpan lasts) => _bans.SetAsync(name, lasts);

    public override ValueTask<bool> ExtendBanAsync(string name, TimeSpan lasts) => _bans.ExtendAsync(name, lasts);

    public override ValueTask<StoredBans> ReadBansAsync(long after) => _bans.ReadAsync(after);

    public override ValueTask<long> AddRejectionsAsync(string name, long rejections, TimeSpan within) =>
        _bans.AddRejectionsAsync(name, rejections, within);

    public override async ValueTask CheckAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        await RunInTimeAsync(
            async inTime =>
            {
                // The result does not matter: a conflict, too, shows that the store can save.
                var stored = await _store.LoadStateAsync(_keys.Probe, inTime);
                return await _store.TrySaveStateAsync(_keys.Probe, stored, new StoredState(new byte[] { 1 }), s_probeLifetime, inTime);
            },
            cancellationToken);

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (!plan.HasShapesOf(_plan.Context.Plan))
        {
            return false;
        }

        _plan.Quotas.Replace(plan.Quotas);
        return true;
    }

    private ValueTask<bool> RunInTimeAsync(Func<CancellationToken, ValueTask<bool>> run, CancellationToken cancellationToken) =>
        _store.RunInTimeAsync(_plan.Context.TimeProvider, run, cancellationToken);

    private ValueTask RunAsync(in RateLimitPrincipal principal, StateChange change) => _store.Changes.RunAsync(_plan, _keys.Of(principal), change);
}
