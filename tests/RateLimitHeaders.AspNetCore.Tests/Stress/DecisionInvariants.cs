namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is true of every decision and every status, whatever the plan and the moment.</summary>
internal static class DecisionInvariants
{
    /// <summary>Checks where a decision says that its caller stands.</summary>
    public static void CheckStatuses(ReadOnlySpan<QuotaStatus> statuses)
    {
        foreach (ref readonly var status in statuses)
        {
            var whole = (long)status.Limit!.Value;
            Require(status.Remaining >= 0, "Remaining is negative", status);
            Require(status.Remaining <= whole, "Remaining is above the limit", status);
            if (status.Quota.IsConcurrency)
            {
                Require(status is { UntilMore: null, UntilAll: null }, "slots come back with time", status);
                continue;
            }

            Require(status.UntilAll >= TimeSpan.Zero, "Reset is in the past", status);
            Require(status.UntilMore is null || status.UntilMore > TimeSpan.Zero, "more comes in the past", status);
            Require(status.UntilMore is null || status.UntilMore <= status.UntilAll, "more comes after all is back", status);
            Require(status.UntilMore is not null == status.Remaining < whole, "more comes although all is there, or never", status);
        }
    }

    /// <summary>Checks a decision as it was made.</summary>
    public static void CheckDecision(RateLimitDecision decision, long cost)
    {
        var (needed, taken) = (PermitCost.Needed(cost), PermitCost.Taken(cost));
        var (violated, impossible, longest) = (0, false, TimeSpan.Zero);
        foreach (ref readonly var status in decision.Statuses)
        {
            impossible |= (long)status.Limit!.Value < needed;
            Require(!decision.IsAcquired || status.Remaining + taken <= (long)status.Limit!.Value, "granted beyond the limit", status);

            // Those that wait for a slot may not be overtaken, even by one that would find enough.
            var falls = status.Remaining < needed;
            Require(decision.IsAcquired || status.IsViolated == falls || (status.IsViolated && status.Quota.IsConcurrency), "wrongly violated or not", status);
            if (status.IsViolated)
            {
                violated++;
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (status.UntilAll ?? ConcurrencyQuota.DefaultRetryAfter).Ticks));
            }
        }

        Require(decision.IsAcquired == (violated == 0), "granted with a violated quota, or rejected without", decision);
        Require(decision.IsAcquired == (decision.LongestWait < 0), "LongestWait is of another decision", decision);
        Require(decision.IsAcquired || decision.Statuses[decision.LongestWait].IsViolated, "LongestWait is of a quota that is not violated", decision);
        Require(decision.RetryAfter is null == (decision.IsAcquired || impossible), "RetryAfter where no wait is, or none where one is", decision);
        Require(decision.RetryAfter is null || decision.RetryAfter > TimeSpan.Zero, "RetryAfter is not positive", decision);
        Require(decision.RetryAfter is null || decision.RetryAfter <= longest, "RetryAfter is after all is back", decision);
    }

    private static void Require(bool condition, string what, in QuotaStatus status)
    {
        if (!condition)
        {
            Assert.Fail($"{what}: {status.Name} has {status.Remaining} of {status.Limit}, more {status.UntilMore}, all {status.UntilAll}, violated {status.IsViolated}");
        }
    }

    private static void Require(bool condition, string what, RateLimitDecision decision)
    {
        if (!condition)
        {
            Assert.Fail($"{what}: {QuotaTesting.Says(decision)}; longest wait {decision.LongestWait}");
        }
    }
}
