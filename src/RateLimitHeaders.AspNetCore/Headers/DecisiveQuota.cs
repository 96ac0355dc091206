namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Finds the quota that families show which show one: the closest to exhaustion, of which the least share is left, or else the
/// least; on a rejection the violated one with the longest wait.
/// </summary>
internal static class DecisiveQuota
{
    /// <summary>Gets the index of the quota.</summary>
    public static int Of(RateLimitDecision decision)
    {
        if (decision.LongestWait >= 0)
        {
            return decision.LongestWait;
        }

        var statuses = decision.Statuses;
        var decisive = 0;
        for (var i = 1; i < statuses.Length; i++)
        {
            if (IsCloser(statuses[i], statuses[decisive]))
            {
                decisive = i;
            }
        }

        return decisive;
    }

    private static bool IsCloser(in QuotaStatus status, in QuotaStatus other)
    {
        // A foreign limiter may tell of a rejection which quotas are violated.
        if (status.IsViolated != other.IsViolated)
        {
            return status.IsViolated;
        }

        var (share, otherShare) = (status.RemainingShare, other.RemainingShare);
        return share != otherShare ? share < otherShare
            : status.Remaining != other.Remaining ? status.Remaining < other.Remaining
            : status.UntilMoreTicks > other.UntilMoreTicks;
    }
}
