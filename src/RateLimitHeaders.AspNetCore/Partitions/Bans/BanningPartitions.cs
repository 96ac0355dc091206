namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Bans callers that continue after rejections, whatever counts the plan. A banned caller is rejected here, and its quotas do not
/// change. Partitions and bans outlive this object, which belongs to one definition of the plan.
/// </summary>
/// <param name="next">Counts the plan.</param>
/// <param name="bans">The bans.</param>
/// <param name="plan">The definition of the plan, with its terms of bans.</param>
/// <param name="clock">The clock.</param>
internal sealed class BanningPartitions(PlanPartitions next, CallerBans bans, PlanDefinition plan, RateLimitClock clock) : PlanPartitions
{
    private readonly BanDefinition _terms = plan.Ban!;

    public override bool UsesCancellation => next.UsesCancellation;

    /// <summary>Gets the partitions that count the plan.</summary>
    public PlanPartitions Next => next;

    /// <summary>Gets the bans, to read, set and lift them by hand.</summary>
    public CallerBans Bans => bans;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var refreshed = bans.RefreshAsync();
        if (!refreshed.IsCompletedSuccessfully)
        {
            return AcquireAfterAsync(refreshed, arguments, decision);
        }

        if (TryReject(arguments, decision))
        {
            return default;
        }

        var decided = next.AcquireAsync(arguments, decision);
        if (!decided.IsCompletedSuccessfully)
        {
            return CountAfterAsync(decided, arguments, decision);
        }

        CountRejection(arguments, decision);
        return default;
    }

    /// <summary>Rejects the request of a banned caller.</summary>
    public bool TryReject(in AcquireArguments arguments, RateLimitDecision decision)
    {
        if (bans.Find(in arguments.Caller) is not { } left)
        {
            return false;
        }

        if (_terms.Extends)
        {
            bans.Extend(in arguments.Caller, _terms.Lasting);
            left = bans.Find(in arguments.Caller) ?? left;
        }

        WriteBan(arguments, left, decision);
        return true;
    }

    /// <summary>Writes the ban of a caller, as its next rejection would; nothing if it is not banned.</summary>
    public async ValueTask WriteBanAsync(AcquireArguments arguments, RateLimitDecision decision)
    {
        await bans.RefreshAsync();
        if (bans.Find(arguments.Principal) is { } left)
        {
            WriteBan(arguments, left, decision);
        }
    }

    /// <summary>Counts a decision. If it is one rejection too many, it gets the end of the ban that begins with it.</summary>
    public void CountRejection(in AcquireArguments arguments, RateLimitDecision decision)
    {
        if (decision.Outcome != RateLimitOutcome.Rejected)
        {
            return;
        }

        bans.Count(in arguments.Caller, _terms, decision.RetryAfter);
        if (decision.RetryAfter is { } wait && bans.Find(in arguments.Caller) is { } left)
        {
            var untilEnd = left + new TimeSpan(clock.Now - decision.TakenAt);
            if (untilEnd > wait)
            {
                decision.Reject(decision.TakenAt, untilEnd, decision.LongestWait);
            }
        }
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        next.PeekAsync(arguments, cancellationToken);

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) => next.AdjustAsync(decision, arguments);

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => next.ReleaseAsync(decision);

    /// <summary>Clears what a caller has used and its rejections; a ban is lifted separately.</summary>
    public override async ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        await bans.ForgetAsync(principal);
        await next.ResetAsync(principal, cancellationToken);
    }

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) =>
        next.GrantAsync(principal, permits, cancellationToken);

    public override ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) =>
        next.ListAsync(arguments, cancellationToken);

    public override bool TryUpdate(PlanDefinition plan) => next.TryUpdate(plan);

    /// <summary>Writes statuses in which nothing is left of any quota until the ban ends; counts are not shown.</summary>
    private void WriteBan(in AcquireArguments arguments, TimeSpan left, RateLimitDecision decision)
    {
        decision.Begin(plan.Quotas.Count);
        for (var i = 0; i < plan.Quotas.Count; i++)
        {
            decision.StatusBuffer[i] = new QuotaStatus(
                plan.Quotas[i].Description, LimitOf(arguments, i), remaining: 0, left.Ticks, left.Ticks, isViolated: false);
        }

        decision.Ban(clock.Now, left);
    }

    private double LimitOf(in AcquireArguments arguments, int quota) =>
        Known(arguments.Limits.Span, quota) ?? Known(arguments.InitialLimits.Span, quota) ?? plan.Quotas[quota].Limit;

    private static double? Known(ReadOnlySpan<double> limits, int quota) =>
        quota < limits.Length && !double.IsNaN(limits[quota]) ? limits[quota] : null;

    private async ValueTask AcquireAfterAsync(ValueTask refreshed, AcquireArguments arguments, RateLimitDecision decision)
    {
        await refreshed;
        if (!TryReject(arguments, decision))
        {
            await next.AcquireAsync(arguments, decision);
            CountRejection(arguments, decision);
        }
    }

    private async ValueTask CountAfterAsync(ValueTask decided, AcquireArguments arguments, RateLimitDecision decision)
    {
        await decided;
        CountRejection(arguments, decision);
    }
}
