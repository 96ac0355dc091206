namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The partitions of a plan in a <see cref="BatchStore"/>.</summary>
internal sealed class BatchStorePartitions(BatchStore store, StorePartitions states) : StorePartitions
{
    public override bool SupportsBatches => store.SupportsBatches;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var asked = arguments;
        return store.RunAsync(() => states.AcquireAsync(asked, decision));
    }

    public override ValueTask AcquireBatchAsync(in BatchArguments arguments, RateLimitDecision decision)
    {
        var asked = arguments;
        return store.RunAsync(asked, () => states.AcquireBatchAsync(asked, decision));
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        store.RunAsync(() => states.PeekAsync(arguments, cancellationToken));

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        var asked = arguments;
        return store.RunAsync(() => states.AdjustAsync(decision, asked));
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => states.ReleaseAsync(decision);

    public override ValueTask RenewAsync(RateLimitDecision decision, CancellationToken cancellationToken) => states.RenewAsync(decision, cancellationToken);

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        store.RunAsync(() => states.ResetAsync(principal, cancellationToken));

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) =>
        store.RunAsync(() => states.GrantAsync(principal, permits, cancellationToken));

    public override ValueTask CheckAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        store.Answer(() => states.CheckAsync(principal, cancellationToken));

    public override bool TryUpdate(PlanDefinition plan) => states.TryUpdate(plan);

    protected override void Dispose(bool disposing)
    {
        store.OnPartitionsDisposed();
        states.Dispose();
        base.Dispose(disposing);
    }
}
