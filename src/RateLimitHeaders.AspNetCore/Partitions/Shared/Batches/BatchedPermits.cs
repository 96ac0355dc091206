namespace RateLimitHeaders.AspNetCore;

/// <summary>The permits of one request from a batch. Once the batch has ended, the store settles them.</summary>
/// <param name="caller">The caller, whose lock guards this.</param>
/// <param name="batch">The batch.</param>
/// <param name="permits">The permits.</param>
internal sealed class BatchedPermits(BatchCaller caller, Batch batch, long permits)
{
    private StoreDecision? _stored;

    public BatchCaller Caller => caller;

    public Batch Batch => batch;

    /// <summary>Takes more permits from the batch, or puts some back if the number is negative. The lock of the caller is held.</summary>
    /// <returns>Whether the batch allowed it.</returns>
    public bool TryAdjust(long more, int maxBatch, long now)
    {
        more = Math.Max(more, -permits);
        var left = batch.Left - more;
        if (_stored is not null || !batch.IsUsable(now) || left < 0 || IsTooMuch(left, maxBatch))
        {
            return false;
        }

        batch.Left = left;
        permits += more;
        return true;
    }

    /// <summary>Makes the store settle the request from now on. The lock of the caller is held.</summary>
    public StoreDecision ToStored()
    {
        if (_stored is null)
        {
            // Permits of a batch were all counted at once and in one place, so that its mark is the mark of each of them.
            var answer = batch.Answer.Copy();
            foreach (ref var mark in answer.Marks)
            {
                mark.Permits = permits;
            }

            _stored = new StoreDecision(answer);
        }

        return _stored;
    }

    /// <summary>
    /// Returns whether a refund would make a batch larger than it was, because a bucket refills the permits that were used at once in the
    /// meantime, or whether more of the caller's permits would be held than allowed.
    /// </summary>
    private bool IsTooMuch(long left, int maxBatch) =>
        left > batch.Left && (left > batch.Extra || caller.Batches.Left - batch.Left + left > maxBatch);
}
