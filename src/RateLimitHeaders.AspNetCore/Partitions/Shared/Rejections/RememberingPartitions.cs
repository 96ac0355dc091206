namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Rejects from memory requests that a store would reject, until the caller's wait is over. It comes before everything else: a caller
/// that must wait is also rejected in an outage of the store. Otherwise one request per second calls the store to check whether the
/// rejection still holds.
/// </summary>
/// <param name="next">Serves callers that need not wait. It is disposed with this object.</param>
/// <param name="guard">Reports whether the store can be called.</param>
/// <param name="context">The plan.</param>
internal sealed class RememberingPartitions(PlanPartitions next, StoreGuard guard, PartitionsContext context) : PlanPartitions
{
    private readonly KeyValuePair<string, object?>[] _tags = guard.Metrics.TagsOf(context);

    private readonly CallerMap<RememberedRejection> _rejections = new(
        context.Clock, context.MaxPartitions, static (rejection, now) => rejection.IsOver(now));

    // How often all rejections were removed because the limits have changed. An answer from before that is not remembered.
    private volatile int _generation;

    /// <summary>Gets the number of remembered rejections.</summary>
    public int Count => _rejections.Count;

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
        _rejections.TryGet(arguments.Principal, now, out var rejection) && rejection.Covers(arguments) ? rejection : null;

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

    /// <summary>Returns what <see cref="Remember"/> needs of the state before a call of the store. The store decides later than the moment.</summary>
    public (int Generation, long Moment) BeginCall() => (_generation, Now);

    /// <summary>Remembers a decision, if it is a rejection; or removes a rejection that was checked and no longer holds.</summary>
    public void Remember(in AcquireArguments arguments, RateLimitDecision decision, (int Generation, long Moment) before, bool isCheck)
    {
        if (decision.State is StoreDecision or BatchedPermits && !TryRemember(arguments, decision, before) && isCheck)
        {
            _rejections.Remove(arguments.Principal);
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
            _rejections.Remove(principal);
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
            _rejections.Remove(principal);
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

        Interlocked.Increment(ref _generation);
        _rejections.Clear();
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

    /// <summary>Remembers a decision of the store, if it is a rejection whose end is exact, and which ends with time.</summary>
    /// <returns>Whether it is now remembered.</returns>
    private bool TryRemember(in AcquireArguments arguments, RateLimitDecision answer, (int Generation, long Moment) before)
    {
        if (answer.Outcome != RateLimitOutcome.Rejected
            || before.Generation != _generation
            || answer.RetryAfter is not { } wait
            || answer.LongestWait < 0
            || answer.Statuses[answer.LongestWait].Quota.IsConcurrency)
        {
            return false;
        }

        // While servers hold batches of the caller's permits, they may give some back, and then more are left than was reported.
        var returns = answer.Batch.UntilLastBatchEnds;
        var own = answer.Copy();
        own.State = null;
        _rejections.Set(arguments.Principal, new RememberedRejection(
            own, arguments.Costs.ToArray(), arguments.Limits.ToArray(), before.Moment, returns > TimeSpan.Zero && returns < wait ? returns : wait));
        return true;
    }

    private async ValueTask AcquireAndRememberAsync(AcquireArguments arguments, RateLimitDecision decision, bool isCheck)
    {
        var before = BeginCall();
        await next.AcquireAsync(arguments, decision);
        Remember(arguments, decision, before, isCheck);
    }

    private async ValueTask RefundAsync(RateLimitDecision decision, AdjustArguments arguments)
    {
        await next.AdjustAsync(decision, arguments);
        _rejections.Remove(decision.Caller);
    }
}
