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

    public long Now => context.Clock.Now;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var now = Now;
        var rejection = Find(arguments, now);
        if (rejection is null || TryTakeTurn(rejection, now))
        {
            return AcquireAndRememberAsync(arguments, decision, isCheck: rejection is not null);
        }

        Reject(rejection, decision, now);
        return default;
    }

    /// <summary>Finds the rejection that covers a request; <see langword="null"/> for none.</summary>
    public RememberedRejection? Find(in AcquireArguments arguments, long now) =>
        rejections.TryFind(arguments, now, out var rejection) ? rejection : null;

    /// <summary>Returns whether the store can and must be called to find out whether a rejection still holds.</summary>
    public bool IsDue(RememberedRejection rejection, long now) => guard.IsAvailable && rejection.IsDue(now);

    /// <summary>Returns whether this request is the one in a second that calls the store about the rejection.</summary>
    public bool TryTakeTurn(RememberedRejection rejection, long now) => guard.IsAvailable && rejection.TryTakeTurn(now);

    /// <summary>Rejects a request by what is remembered.</summary>
    public void Reject(RememberedRejection rejection, RateLimitDecision decision, long now)
    {
        rejection.Reject(decision, now);
        guard.Metrics.Remembered(_tags);
    }

    /// <summary>Returns what <see cref="Remember"/> needs of the state before a call of the store.</summary>
    public BeforeCall BeginCall() => new(rejections.Generation, Now);

    /// <summary>Remembers a decision, if it is a rejection; or removes a rejection that was checked and no longer holds.</summary>
    public void Remember(in AcquireArguments arguments, RateLimitDecision decision, BeforeCall before, bool isCheck)
    {
        if (decision.State is StoreDecision or BatchedPermits && !rejections.Remember(arguments, decision, before) && isCheck)
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
            // What counts in an outage has granted the permits, whether or not the store has.
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
    private async ValueTask AcquireAndRememberAsync(AcquireArguments arguments, RateLimitDecision decision, bool isCheck)
    {
        var before = BeginCall();
        await next.AcquireAsync(arguments, decision);
        Remember(arguments, decision, before, isCheck);
    }

    private async ValueTask RefundAsync(RateLimitDecision decision, AdjustArguments arguments)
    {
        await next.AdjustAsync(decision, arguments);
        rejections.Forget(decision.Caller);
    }
}
