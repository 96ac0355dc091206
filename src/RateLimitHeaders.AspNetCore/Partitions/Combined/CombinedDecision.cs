namespace RateLimitHeaders.AspNetCore;

/// <summary>Combines the decisions of several plans. A caller that waits for the announced time is admitted by all of them.</summary>
internal static class CombinedDecision
{
    /// <summary>Writes the decision of a request: rejected if a plan rejects it, else unavailable if one is, else admitted.</summary>
    public static void Write(LimitedRequest request, CombinedMember[] members)
    {
        var decision = request.Decision;
        var (rejected, unavailable, holdsPermits) = ((CombinedMember?)null, (CombinedMember?)null, false);
        foreach (var member in members)
        {
            var part = member.PartOf(request).Decision;
            holdsPermits |= part.HoldsPermits;
            if (member.Plan.IsReportOnly && !request.IsReportOnly)
            {
                continue;
            }

            if (part.Outcome == RateLimitOutcome.Rejected && (rejected is null || WaitOf(request, member) > WaitOf(request, rejected)))
            {
                rejected = member;
            }
            else if (part.Outcome == RateLimitOutcome.Unavailable)
            {
                unavailable ??= member;
            }
        }

        request.ShowCallerOf(request.Parts[0]);
        request.Rejecting = (rejected ?? unavailable)?.PartOf(request) ?? request;
        if (rejected is null && unavailable is not null)
        {
            decision.Fail(unavailable.PartOf(request).Decision.Reason!);
        }
        else
        {
            WriteStatuses(request, members);
            if (rejected is null)
            {
                decision.Acquire(decision.TakenAt);
            }
            else
            {
                var part = rejected.PartOf(request).Decision;
                decision.Reject(
                    decision.TakenAt,
                    part.RetryAfter is { } wait ? new TimeSpan(Math.Max(0, wait.Ticks - (decision.TakenAt - part.TakenAt))) : null,
                    part.LongestWait < 0 ? -1 : PlaceOf(request, members, rejected) + part.LongestWait);
                decision.IsBanned = part.IsBanned;
            }
        }

        decision.State = request;
        decision.HoldsPermits = holdsPermits;
    }

    /// <summary>Writes the caller's statuses with the quotas of all plans, as of the latest moment at which one of them was read.</summary>
    public static void WriteStatuses(LimitedRequest request, CombinedMember[] members)
    {
        var decision = request.Decision;
        var (count, takenAt, reason) = (0, long.MinValue, (string?)null);
        foreach (var member in members)
        {
            var part = member.PartOf(request).Decision;
            count += part.Statuses.Length;
            takenAt = Math.Max(takenAt, part.TakenAt);
            reason ??= part.Reason;
        }

        if (count == 0)
        {
            decision.BeginWithoutStatuses(reason ?? "the limiters of its policies report nothing.");
        }
        else
        {
            decision.Begin(count);
        }

        var place = 0;
        decision.StoreTime = null;
        foreach (var member in members)
        {
            var part = member.PartOf(request).Decision;
            var elapsed = takenAt - part.TakenAt;
            decision.StoreTime ??= part.StoreTime?.AddTicks(elapsed);
            for (var i = 0; i < part.Statuses.Length; i++)
            {
                decision.StatusBuffer[place++] = part.Statuses[i].Later(elapsed, member.DisplayedAs(i, part.Statuses[i].Quota));
            }
        }

        decision.TakenAt = takenAt;
    }

    private static long WaitOf(LimitedRequest request, CombinedMember member) =>
        member.PartOf(request).Decision is { RetryAfter: { } wait } part ? part.TakenAt + wait.Ticks : long.MaxValue;

    private static int PlaceOf(LimitedRequest request, CombinedMember[] members, CombinedMember member)
    {
        var place = 0;
        foreach (var other in members.TakeWhile(other => other != member))
        {
            place += other.PartOf(request).Decision.Statuses.Length;
        }

        return place;
    }
}
