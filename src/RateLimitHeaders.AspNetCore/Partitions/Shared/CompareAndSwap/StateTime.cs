namespace RateLimitHeaders.AspNetCore;

/// <summary>The effects of time on a state, and how long the state is of interest.</summary>
internal static class StateTime
{
    // More than the time from a decision to its save, and an eighth of the rest, so that states of busy callers are kept.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);

    // Two centuries: a store may add it to a moment.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(73_050);

    /// <summary>Brings a state to the present moment: permits of crashed servers come back, and batches end.</summary>
    public static void Open(StatePlan plan, CallerState state, long now)
    {
        state.Others.RemoveAll(quota => quota.FullAt <= now);
        state.Holds.RemoveAll(hold => hold.End <= now);
        if (plan.Concurrency >= 0)
        {
            plan.Held(state.Words) = state.Holds.Sum(hold => hold.Permits);
        }

        KeepHeld(plan, state, now);
        state.Batches.RemoveAll(batch => batch.End <= now);
    }

    /// <summary>
    /// Makes buckets owe at least the permits of the batches: unused permits must not be refilled. Those that have ended
    /// since the state was saved were held until then.
    /// </summary>
    /// <returns>The largest number of tokens that a refund may bring back, for each quota.</returns>
    public static long[] KeepHeld(StatePlan plan, CallerState state, long now)
    {
        var returnable = new long[plan.Count];
        Array.Fill(returnable, long.MaxValue);
        long held = 0;
        for (var batch = state.Batches.Count - 1; batch >= 0; batch--)
        {
            held += state.Batches[batch].Permits;
            for (var i = 0; i < plan.Count; i++)
            {
                if (plan.Quotas.Quotas[i] is TokenBucketQuota bucket)
                {
                    var free = bucket.Hold(plan.Slice(state.Words, i), plan.Limit(state.Words, i), now, held, state.Batches[batch].End);
                    returnable[i] = Math.Min(returnable[i], free);
                }
            }
        }

        return returnable;
    }

    /// <summary>Returns the time until the last batch ends; zero if there is none.</summary>
    public static TimeSpan UntilLastBatchEnds(CallerState state, long now) =>
        state.Batches.Count > 0 ? new TimeSpan(state.Batches[^1].End - now) : TimeSpan.Zero;

    /// <summary>Returns how long a state is of interest.</summary>
    public static TimeSpan Lifetime(StatePlan plan, CallerState state, long now)
    {
        var full = state.Others.Select(quota => quota.FullAt).Concat(state.Holds.Select(hold => hold.End)).Append(now).Max();
        for (var i = 0; i < plan.Count; i++)
        {
            full = Math.Max(full, FullAt(plan, state, i, now));
        }

        var rest = new TimeSpan(full - now);
        var lifetime = rest + (rest / 8) + s_margin;
        return lifetime < s_longest ? lifetime : s_longest;
    }

    /// <summary>Returns the moment from which a quota contains no information.</summary>
    public static long FullAt(StatePlan plan, CallerState state, int quota, long now)
    {
        var last = state.Batches.Count > 0 ? state.Batches[^1].End : now;
        var words = plan.Slice(state.Words, quota);
        return plan.Quotas.Quotas[quota] switch
        {
            ConcurrencyQuota => state.Holds.Aggregate(last, static (end, hold) => Math.Max(end, hold.End)),

            // A bucket may not refill before the last batch ends.
            TokenBucketQuota bucket => Math.Max(last, bucket.FullAt(words) + (last - now)),
            var other => Math.Max(last, other.FullAt(words)),
        };
    }
}
