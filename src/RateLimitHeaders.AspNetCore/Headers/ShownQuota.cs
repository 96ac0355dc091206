namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the quota that header families show which show one.</summary>
internal static class ShownQuota
{
    /// <summary>
    /// Gets the index of the quota closest to exhaustion, of which the least share is left, or else the least; on a rejection
    /// that of the violated one with the longest wait.
    /// </summary>
    public static int ClosestOf(LimitedRequest request) => Of(request, IsCloser);

    /// <summary>Gets the index of the quota with the least left, as the IETF drafts -06 and -07 ask for; on a rejection as above.</summary>
    public static int LowestOf(LimitedRequest request) => Of(request, static (in QuotaStatus status, in QuotaStatus other) =>
        status.Remaining != other.Remaining ? status.Remaining < other.Remaining : IsCloser(status, other));

    private delegate bool Comparison(in QuotaStatus status, in QuotaStatus other);

    private static int Of(LimitedRequest request, Comparison isCloser)
    {
        var decision = request.Decision;
        if (request.Plan.Displays is { } displays)
        {
            return OfDisplayed(decision, displays, isCloser);
        }

        if (decision.LongestWait >= 0)
        {
            return decision.LongestWait;
        }

        var statuses = decision.Statuses;
        var shown = 0;
        for (var i = 1; i < statuses.Length; i++)
        {
            shown = Prefers(statuses[i], statuses[shown], isCloser) ? i : shown;
        }

        return shown;
    }

    /// <summary>Finds the quota where the plan says which to show.</summary>
    private static int OfDisplayed(RateLimitDecision decision, QuotaDisplay[] displays, Comparison isCloser)
    {
        var pinned = Array.IndexOf(displays, QuotaDisplay.Pinned);
        if (pinned >= 0)
        {
            return pinned;
        }

        if (decision.LongestWait >= 0 && (decision.LongestWait >= displays.Length || displays[decision.LongestWait] != QuotaDisplay.Hidden))
        {
            return decision.LongestWait;
        }

        var shown = -1;
        for (var i = 0; i < displays.Length; i++)
        {
            if (displays[i] != QuotaDisplay.Hidden
                && (shown < 0 || Prefers(decision.Statuses[i], decision.Statuses[shown], isCloser)))
            {
                shown = i;
            }
        }

        return Math.Max(0, shown);
    }

    private static bool Prefers(in QuotaStatus status, in QuotaStatus other, Comparison isCloser) =>

        // A foreign limiter may tell of a rejection which quotas are violated.
        status.IsViolated != other.IsViolated ? status.IsViolated

            // What is open at the moment says little about the requests that are left.
            : status.Quota.IsConcurrency != other.Quota.IsConcurrency ? other.Quota.IsConcurrency
            : isCloser(status, other);

    private static bool IsCloser(in QuotaStatus status, in QuotaStatus other)
    {
        var (share, otherShare) = (status.RemainingShare, other.RemainingShare);
        return share != otherShare ? share < otherShare
            : status.Remaining != other.Remaining ? status.Remaining < other.Remaining
            : status.UntilMoreTicks > other.UntilMoreTicks;
    }
}
