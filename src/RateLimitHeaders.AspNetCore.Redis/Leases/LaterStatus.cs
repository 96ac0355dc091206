namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Tells where a caller stands some time after Redis has said it.</summary>
internal static class LaterStatus
{
    /// <param name="status">What Redis said.</param>
    /// <param name="quota">The quota.</param>
    /// <param name="held">The permits that Redis has counted and nobody has used.</param>
    /// <param name="since">The time since.</param>
    public static QuotaStatus Of(QuotaStatus status, Quota quota, long held, TimeSpan since)
    {
        var limit = status.Limit!.Value;
        var remaining = status.Remaining;
        var more = status.UntilMore - since;
        var all = status.UntilAll - since;
        if (quota is TokenBucketQuota && limit >= 1)
        {
            // Rounded such that nothing is told too early.
            var perToken = quota.Description.Window!.Value.Ticks / limit;
            all -= new TimeSpan(held * (long)perToken);
            if (more <= TimeSpan.Zero)
            {
                // In a window nothing comes back while a batch may be used; a bucket refills all the time.
                var tokens = 1 + (long)(-more.Value.Ticks / Math.Ceiling(perToken));
                remaining += tokens;
                more += new TimeSpan(tokens * (long)Math.Ceiling(perToken));
            }
        }

        remaining = Math.Min(remaining + held, (long)limit);
        return new QuotaStatus(status.Quota, limit, Math.Max(0, remaining), NotNegative(more), NotNegative(all));
    }

    /// <summary>Adds permits that are held to what Redis says.</summary>
    public static QuotaStatus With(QuotaStatus status, long held) => new(
        status.Quota,
        status.Limit,
        Math.Max(status.Remaining, Math.Min(status.Remaining + held, (long)status.Limit!.Value)),
        status.UntilMore,
        status.UntilAll,
        status.IsViolated);

    private static TimeSpan? NotNegative(TimeSpan? time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}
