namespace RateLimitHeaders.AspNetCore;

/// <summary>Computes the statuses of a caller some time after the store's answer, with the permits that this server holds.</summary>
internal static class BatchedStatus
{
    /// <summary>Writes the statuses of all quotas.</summary>
    /// <param name="answer">The store's answer.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="held">The permits that the store has counted and no request has used.</param>
    /// <param name="since">The ticks since then.</param>
    /// <param name="lent">The permits of the batches that are held, used or not: a bucket never owes less.</param>
    /// <param name="statuses">The statuses to write. They may be those of the answer.</param>
    public static void Write(
        RateLimitDecision answer, IReadOnlyList<Quota> quotas, long held, long since, long lent, Span<QuotaStatus> statuses)
    {
        for (var i = 0; i < statuses.Length; i++)
        {
            var status = answer.Statuses[i];
            var algorithm = quotas[i].Shape.Algorithm;
            statuses[i] = algorithm == QuotaAlgorithm.TokenBucket && status.Limit >= 1
                ? OfBucket(status, held, since, lent)
                : Later(
                    status,
                    status.Remaining + held,
                    Less(status.UntilMoreTicks, since),
                    Less(status.UntilAllTicks, since),
                    isOver: algorithm == QuotaAlgorithm.SlidingWindow);
        }
    }

    private static QuotaStatus OfBucket(in QuotaStatus status, long held, long since, long lent)
    {
        // Rounded so that no moment is too early.
        var perToken = status.Quota.Window!.Value.Ticks / status.Limit!.Value;
        var refilled = status.UntilAllTicks - (long)Math.Ceiling(lent * perToken);
        since = Math.Min(since, Math.Max(0, refilled));
        var remaining = status.Remaining;
        var more = status.UntilMoreTicks;
        if (more >= 0 && (more -= since) <= 0)
        {
            // In a window no permit comes back while a batch may be used; a bucket refills all the time.
            var tokens = 1 + (long)(-more / Math.Ceiling(perToken));
            remaining += tokens;
            more += tokens * (long)Math.Ceiling(perToken);
        }

        return Later(status, remaining + held, more, Math.Max(0, status.UntilAllTicks - since - (held * (long)perToken)), isOver: false);
    }

    private static QuotaStatus Later(in QuotaStatus status, long remaining, long more, long all, bool isOver)
    {
        var limit = status.Limit!.Value;
        remaining = Math.Clamp(remaining, 0, (long)limit);
        if (remaining == (long)limit && limit >= 1)
        {
            // All counted permits are held: no request has used them. A fixed window stays open, though.
            more = QuotaStatus.NoTime;
            all = isOver ? 0 : all;
        }

        return new QuotaStatus(status.Quota, limit, remaining, more, all, isViolated: false);
    }

    private static long Less(long time, long since) => time < 0 ? time : Math.Max(0, time - since);
}
