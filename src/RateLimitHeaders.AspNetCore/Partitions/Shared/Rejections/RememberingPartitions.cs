using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Rejects from memory what a store would reject, until the caller's wait is over. It stands before everything else: a caller
/// that must wait is rejected in an outage of the store, too. Otherwise one request in a second asks the store whether that is
/// still so.
/// </summary>
/// <param name="next">Serves callers that need not wait. It is disposed with these.</param>
/// <param name="rejections">The rejections that are remembered.</param>
/// <param name="guard">Tells whether the store can be asked.</param>
/// <param name="context">The plan.</param>
internal sealed class RememberingPartitions(PlanPartitions next, RejectionMemory rejections, StoreGuard guard, PartitionsContext context) : PlanPartitions
{
    private readonly KeyValuePair<string, object?>[] _tags = guard.Metrics.TagsOf(context);

    /// <summary>Gets the rejections that are remembered.</summary>
    public RejectionMemory Rejections => rejections;

    public override bool UsesCancellation => next.UsesCancellation;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        if (rejections.Count == 0)
        {
            return AskAsync(arguments, decision, isCheck: false);
        }

        var now = context.Clock.Now;
        var isFound = rejections.TryFind(arguments, now, out var rejection);
        if (isFound && !(guard.IsAvailable && rejection!.IsToBeChecked(now)))
        {
            rejection!.Reject(decision, now);
            guard.Metrics.Remembered(_tags);
            return default;
        }

        return AskAsync(arguments, decision, isFound);
    }

    public override ValueTask PeekAsync(ReadOnlyMemory<PeekArguments> peeks, CancellationToken cancellationToken) =>
        next.PeekAsync(peeks, cancellationToken);

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        foreach (var permits in arguments.Permits.Span)
        {
            if (permits < 0)
            {
                return RefundAsync(decision, arguments);
            }
        }

        return next.AdjustAsync(decision, arguments);
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => next.ReleaseAsync(decision);

    public override async ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        await next.ResetAsync(principal, cancellationToken);
        rejections.Forget(principal);
    }

    public override async ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        await next.GrantAsync(principal, permits, cancellationToken);
        rejections.Forget(principal);
    }

    public override ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) =>
        next.ListAsync(arguments, cancellationToken);

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (!next.TryUpdate(plan))
        {
            return false;
        }

        rejections.Clear();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            next.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AskAsync(AcquireArguments arguments, RateLimitDecision decision, bool isCheck)
    {
        var generation = rejections.Generation;
        await next.AcquireAsync(arguments, decision);
        if (decision.State is StoreDecision or BatchShare && !rejections.Note(arguments, decision, generation) && isCheck)
        {
            rejections.Forget(arguments.Principal);
        }
    }

    private async ValueTask RefundAsync(RateLimitDecision decision, AdjustArguments arguments)
    {
        await next.AdjustAsync(decision, arguments);
        rejections.Forget(decision.Caller);
    }
}
