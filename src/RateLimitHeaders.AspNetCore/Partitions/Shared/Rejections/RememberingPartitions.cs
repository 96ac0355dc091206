using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Rejects from memory requests that a store would reject, until the caller's wait is over. It comes before everything else: a caller
/// that must wait is also rejected in an outage of the store. Otherwise one request per second calls the store to check whether the
/// rejection still holds.
/// </summary>
/// <param name="next">Serves callers that need not wait. It is disposed with this object.</param>
/// <param name="rejections">The remembered rejections.</param>
/// <param name="guard">Reports whether the store can be called.</param>
/// <param name="context">The plan.</param>
internal sealed class RememberingPartitions(PlanPartitions next, RejectionMemory rejections, StoreGuard guard, PartitionsContext context) : PlanPartitions
{
    private readonly KeyValuePair<string, object?>[] _tags = guard.Metrics.TagsOf(context);

    /// <summary>Gets the remembered rejections.</summary>
    public RejectionMemory Rejections => rejections;

    public override bool UsesCancellation => next.UsesCancellation;

    /// <summary>Gets the partitions that serve callers that need not wait.</summary>
    public PlanPartitions Next => next;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision) =>
        TryReject(arguments, decision, takesTurn: true, out var isCheck) ? default : AskAsync(arguments, decision, isCheck);

    /// <summary>Rejects a request by a remembered rejection.</summary>
    /// <param name="arguments">The caller, the costs and the limits.</param>
    /// <param name="decision">The decision to write.</param>
    /// <param name="takesTurn">Whether the request is to call the store if that is due, and no other one for a second.</param>
    /// <param name="isCheck">Whether a rejection is remembered, and the store is to be called to check whether it still holds.</param>
    /// <returns>Whether the request is rejected.</returns>
    public bool TryReject(in AcquireArguments arguments, RateLimitDecision decision, bool takesTurn, out bool isCheck)
    {
        isCheck = false;
        if (rejections.Count == 0)
        {
            return false;
        }

        var now = context.Clock.Now;
        if (!rejections.TryFind(arguments, now, out var rejection))
        {
            return false;
        }

        isCheck = guard.IsAvailable && (takesTurn ? rejection.TryTakeTurn(now) : rejection.IsDue(now));
        if (isCheck)
        {
            return false;
        }

        rejection.Reject(decision, now);
        guard.Metrics.Remembered(_tags);
        return true;
    }

    /// <summary>Remembers a decision, if it is a rejection; or removes a rejection that was checked and no longer holds.</summary>
    public void Remember(in AcquireArguments arguments, RateLimitDecision decision, int generation, bool isCheck)
    {
        if (decision.State is StoreDecision or BatchedPermits && !rejections.Remember(arguments, decision, generation) && isCheck)
        {
            rejections.Forget(arguments.Principal);
        }
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        next.PeekAsync(arguments, cancellationToken);

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
        try
        {
            await next.ResetAsync(principal, cancellationToken);
        }
        finally
        {
            // The partitions that count in an outage have cleared the caller, whether or not the store has.
            rejections.Forget(principal);
        }
    }

    public override async ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        try
        {
            await next.GrantAsync(principal, permits, cancellationToken);
        }
        finally
        {
            // As above.
            rejections.Forget(principal);
        }
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
        Remember(arguments, decision, generation, isCheck);
    }

    private async ValueTask RefundAsync(RateLimitDecision decision, AdjustArguments arguments)
    {
        await next.AdjustAsync(decision, arguments);
        rejections.Forget(decision.Caller);
    }
}
