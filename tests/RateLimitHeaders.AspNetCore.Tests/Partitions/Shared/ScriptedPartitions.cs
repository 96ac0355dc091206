namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The partitions of a plan in a <see cref="ScriptedStore"/>.</summary>
internal sealed class ScriptedPartitions(ScriptedStore store, PartitionsContext context) : StorePartitions
{
    // Made when first needed, since what sweeps it has a timer.
    private readonly Lazy<MemoryPartitions> _made = new(() => new(context));

    private MemoryPartitions Memory => _made.Value;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var asked = arguments;
        return store.AnswerAsync(new("acquire", asked.Principal, () => Memory.AcquireAsync(asked, decision))
        {
            Permits = asked.Costs,
            Limits = asked.Limits,
            Decision = decision,
        });
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        store.AnswerAsync(new("peek", arguments.Principal, () => Memory.PeekAsync(arguments, cancellationToken))
        {
            CancellationToken = cancellationToken,
        });

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        var asked = arguments;
        return store.AnswerAsync(new("adjust", decision.Principal, () => Memory.AdjustAsync(decision, asked))
        {
            Permits = asked.Permits,
            Decision = decision,
        });
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision) =>
        store.AnswerAsync(new("release", decision.Principal, () => Memory.ReleaseAsync(decision)) { Decision = decision });

    public override ValueTask RenewAsync(RateLimitDecision decision, CancellationToken cancellationToken) =>
        store.AnswerAsync(new("renew", decision.Principal, static () => default) { Decision = decision });

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        store.AnswerAsync(new("reset", principal, () => Memory.ResetAsync(principal, cancellationToken)));

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) =>
        store.AnswerAsync(new("grant", principal, () => Memory.GrantAsync(principal, permits, cancellationToken)));

    public override ValueTask CheckAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        store.AnswerAsync(new("check", principal, static () => default));

    public override async ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken)
    {
        CallerListing? listing = null;
        await store.AnswerAsync(new("list", default, async () => listing = await Memory.ListAsync(arguments, cancellationToken)));
        return listing!;
    }

    public override bool TryUpdate(PlanDefinition plan) => Memory.TryUpdate(plan);

    protected override void Dispose(bool disposing)
    {
        store.Events.Add("partitions disposed");
        if (_made.IsValueCreated)
        {
            Memory.Dispose();
        }

        base.Dispose(disposing);
    }
}
