namespace RateLimitHeaders.AspNetCore;

/// <summary>Ends batches, takes the cost of every quota or of none and, if that is admitted, a batch of more.</summary>
/// <remarks>
/// A batch is charged when it is taken, and its server may use it later: in a fixed window before it ends, which is as if it had
/// been used at once; in a sliding window before the segment ends, and it counts as used at the last moment at which it may be.
/// In the meantime, a bucket must not refill permits that were not used yet. So it never owes less than the permits of the batches
/// that have not ended, and then
/// <c>debt - permits held >= (debt - permits held before) + used since - rate * time</c>, as both grow by a batch that is taken
/// and shrink by permits that come back. It is 0 or more and at most the capacity: no more are used in any time than
/// capacity + rate * time. A server stops using a batch after half of the time after which the state ends it.
/// </remarks>
internal sealed class BatchChange(StatePlan plan, BatchArguments arguments, RateLimitDecision decision)
    : AcquireChange(plan, arguments.Acquire, decision, number: 0)
{
    // The last charge of a bucket, whatever that is: all that is owed may come back.
    private const long OwedToTheLast = long.MaxValue / 4;

    public override bool Apply(CallerState state, long now)
    {
        // Before limits change: permits that come back were taken under the previous ones.
        var isChanged = false;
        foreach (var ended in arguments.Ended)
        {
            isChanged |= End(ended, state, now);
        }

        isChanged |= base.Apply(state, now);
        var terms = new BatchTerms(0, TimeSpan.Zero, 0, TimeSpan.Zero);
        if (Decision.IsAcquired && arguments.Wanted > 0 && Extra() is var extra and > 0)
        {
            var usable = Usable(now);
            for (var i = 0; i < Plan.Count; i++)
            {
                var quota = Plan.Quotas.Quotas[i];
                var last = quota is SlidingWindowQuota ? now + usable.Ticks - 1 : now;
                quota.Charge(Plan.Slice(state.Words, i), Plan.Limit(state.Words, i), last, extra, ref Decision.Marks[i]);
            }

            Plan.Quotas.Report(state.Words, now, Decision);
            terms = new BatchTerms(extra, usable, now + (2 * arguments.HoldTime.Ticks), TimeSpan.Zero);
            Add(state.Batches, new StoredBatch(terms.End, extra));
            isChanged = true;
        }

        Plan.Complete(state, now, Decision);
        Decision.Batch = terms with { UntilLastBatchEnds = StateTime.UntilLastBatchEnds(state, now) };
        return isChanged;
    }

    /// <summary>Ends a batch: all of its unused permits come back, because none of them was lost to time.</summary>
    private bool End(EndedBatch ended, CallerState state, long now)
    {
        var batch = ended.Decision.Batch;
        var isLive = state.Batches.Remove(new StoredBatch(batch.End, batch.Extra));
        if (ended.Left == 0 || state.IsNew || state.Born > ((StateCharge)ended.Decision.State!).At)
        {
            return isLive;
        }

        for (var i = 0; i < Plan.Count; i++)
        {
            var quota = Plan.Quotas.Quotas[i];
            var isBucket = quota is TokenBucketQuota;
            if (isLive || !isBucket)
            {
                var mark = new ChargeMark { At = isBucket ? OwedToTheLast : ended.Decision.Marks[i].At, Permits = ended.Left };
                quota.Refund(Plan.Slice(state.Words, i), Plan.Limit(state.Words, i), now, ended.Left, ref mark);
            }
        }

        return true;
    }

    /// <summary>Returns the size of the batch: the wanted permits, but only a part of those that remain, so that some are left for others.</summary>
    private int Extra()
    {
        long extra = arguments.Wanted;
        foreach (ref readonly var status in Decision.Statuses)
        {
            extra = Math.Min(extra, status.Remaining / arguments.Parts);
        }

        return (int)extra;
    }

    /// <summary>Returns how long the batch may be used: at most as long as the window or the segment in which it was counted.</summary>
    private TimeSpan Usable(long now)
    {
        var usable = arguments.HoldTime.Ticks;
        for (var i = 0; i < Plan.Count; i++)
        {
            usable = Plan.Quotas.Quotas[i] switch
            {
                WindowQuota => Math.Min(usable, Decision.Statuses[i].UntilAllTicks),
                SlidingWindowQuota sliding => Math.Min(usable, sliding.SegmentLength.Ticks - (now % sliding.SegmentLength.Ticks)),
                _ => usable,
            };
        }

        return new TimeSpan(usable);
    }

    private static void Add(List<StoredBatch> batches, StoredBatch batch)
    {
        var place = batches.FindLastIndex(other => other.End <= batch.End) + 1;
        batches.Insert(place, batch);
    }
}
