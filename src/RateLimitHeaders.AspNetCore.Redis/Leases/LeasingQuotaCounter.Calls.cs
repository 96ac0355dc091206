namespace RateLimitHeaders.AspNetCore.Redis;

/// <content>What is asked of Redis, and what becomes of its answers.</content>
internal sealed partial class LeasingQuotaCounter
{
    /// <summary>Asks Redis for no more than is used at once.</summary>
    private async ValueTask<ExternalLease> AskExactlyAsync(
        LocalCaller caller, RateLimitPrincipal principal, int permits, double[] limits, CancellationToken cancellationToken)
    {
        if (IsRefused(caller, permits, limits))
        {
            return await _exact.AcquireAsync(principal, permits, limits, cancellationToken);
        }

        return await _exact.Calls.TakeAsync(caller.Keys, permits, limits, lease: 0) is { } answer
            ? Decide(caller, answer, permits, limits)
            : await _exact.Fallback.AcquireAsync(principal, permits, limits, cancellationToken);
    }

    private RedisLease Decide(LocalCaller caller, Answer answer, int permits, double[] limits)
    {
        if (!answer.IsGranted)
        {
            _exact.Refusals?.Add(caller.Hash, answer, permits, limits);
        }

        return ExactLease(caller, answer, permits);
    }

    /// <summary>Adds what is held here to what Redis says later to who has a lease of its own.</summary>
    private async ValueTask<Told> CompleteAsync(LocalCaller caller, Answer answer, bool isCharge)
    {
        // The lease may be older than what is kept of its caller now.
        var present = _callers.GetValueOrDefault(caller.Principal, caller);
        Refill? underWay;
        lock (present.Sync)
        {
            underWay = present.Refill;
        }

        if (underWay is not null)
        {
            // What it brings counts as used in this answer already, and is not held yet.
            await underWay.Task;
        }

        bool isOwed;
        lock (present.Sync)
        {
            present.Note(answer);
            present.EndOverdue(TimeProvider.GetTimestamp());
            isOwed = isCharge && present.Left > 0 && answer.Statuses.Any(status => status.Remaining == 0);
            if (isOwed)
            {
                present.EndAll();
            }
        }

        if (isOwed)
        {
            // More was charged, perhaps, than there was. What is held pays for it.
            await _collector.GiveBackAsync(present);
        }

        lock (present.Sync)
        {
            var latest = present.Latest ?? answer;
            return new(latest, LaterStatus.Of(latest, Quotas, present.Left, TimeSpan.Zero, lent: 0));
        }
    }

    /// <summary>Asks Redis for a batch.</summary>
    /// <returns>The lease of the permits that are used at once; <see langword="null"/> if there was no answer.</returns>
    private async Task<ExternalLease?> RefillAsync(LocalCaller caller, Refill refill)
    {
        var asked = TimeProvider.GetTimestamp();
        Answer? answer = null;
        LocalLease? lease = null;
        try
        {
            answer = await _exact.Calls.TakeBatchAsync(caller.Keys, refill.Permits, refill.Limits, refill.Wanted, _leases, refill.Ended);
        }
        finally
        {
            lock (caller.Sync)
            {
                lease = End(caller, refill, answer, asked);
            }

            refill.Complete();
        }

        if (caller.IsDropped)
        {
            _ = _collector.GiveBackAsync(caller);
        }

        return answer is null ? null : lease ?? (ExternalLease)Decide(caller, answer, refill.Permits, refill.Limits);
    }

    private LocalLease? End(LocalCaller caller, Refill refill, Answer? answer, long asked)
    {
        var batch = answer is { IsGranted: true } && answer.BatchTerms() is { Extra: > 0 } terms
            ? new Batch(TimeProvider, answer, terms, asked)
            : null;
        if (answer is not null)
        {
            caller.Note(answer);
        }

        caller.End(refill, batch);
        return batch is null ? null : new LocalLease(this, caller, batch, refill.Permits, answer!.Timestamp);
    }
}
