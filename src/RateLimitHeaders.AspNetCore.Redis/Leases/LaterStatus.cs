namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Tells where a caller stands some time after Redis has said it.</summary>
internal static class LaterStatus
{
    /// <summary>Tells of all quotas.</summary>
    /// <param name="answer">What Redis said.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="held">The permits that Redis has counted and nobody has used.</param>
    /// <param name="since">The time since.</param>
    /// <param name="lent">The permits of the batches that are held, used or not: what a bucket owes never falls below them.</param>
    public static QuotaStatus[] Of(Answer answer, IReadOnlyList<Quota> quotas, long held, TimeSpan since, long lent)
    {
        var statuses = new QuotaStatus[answer.Statuses.Length];
        for (var i = 0; i < statuses.Length; i++)
        {
            var status = answer.Statuses[i];
            statuses[i] = quotas[i] is TokenBucketQuota && status.Limit >= 1
                ? OfBucket(status, held, since, lent)
                : Later(status, status.Remaining + held, status.UntilMore - since, status.UntilAll - since, isOver: quotas[i] is SlidingWindowQuota);
        }

        return statuses;
    }

    private static QuotaStatus OfBucket(QuotaStatus status, long held, TimeSpan since, long lent)
    {
        // Rounded such that nothing is told too early.
        var perToken = status.Quota.Window!.Value.Ticks / status.Limit!.Value;
        var refilled = status.UntilAll!.Value - new TimeSpan((long)Math.Ceiling(lent * perToken));
        since = since < refilled ? since : refilled > TimeSpan.Zero ? refilled : TimeSpan.Zero;
        var remaining = status.Remaining;
        var more = status.UntilMore - since;
        if (more <= TimeSpan.Zero)
        {
            // In a window nothing comes back while a batch may be used; a bucket refills all the time.
            var tokens = 1 + (long)(-more.Value.Ticks / Math.Ceiling(perToken));
            remaining += tokens;
            more += new TimeSpan(tokens * (long)Math.Ceiling(perToken));
        }

        return Later(status, remaining + held, more, status.UntilAll - since - new TimeSpan(held * (long)perToken), isOver: false);
    }

    private static QuotaStatus Later(QuotaStatus status, long remaining, TimeSpan? more, TimeSpan? all, bool isOver)
    {
        var limit = status.Limit!.Value;
        remaining = Math.Clamp(remaining, 0, (long)limit);
        if (remaining == (long)limit && limit >= 1)
        {
            // All that is counted is held: nobody has used it. A fixed window stays open, though.
            more = null;
            all = isOver ? TimeSpan.Zero : all;
        }

        return new QuotaStatus(status.Quota, limit, remaining, NotNegative(more), NotNegative(all));
    }

    private static TimeSpan? NotNegative(TimeSpan? time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}
