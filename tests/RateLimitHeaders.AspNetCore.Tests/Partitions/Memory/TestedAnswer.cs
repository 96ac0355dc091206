namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A decision of a <see cref="TestedPartition"/>, with what a request does to it later.</summary>
internal sealed class TestedAnswer(MemoryPartition partition, RateLimitDecision decision) : IDisposable
{
    public RateLimitDecision Decision => decision;

    public bool IsAcquired => decision.IsAcquired;

    public TimeSpan? RetryAfter => decision.RetryAfter;

    public ReadOnlySpan<QuotaStatus> Statuses => decision.Statuses;

    public void Charge(long permits) => Adjust(permits);

    public void Refund(long permits) => Adjust(-permits);

    /// <summary>Gives back what the request held.</summary>
    public void Dispose()
    {
        if (decision.HoldsPermits)
        {
            partition.Release(decision, partition.Quotas!);
        }
    }

    private void Adjust(long permits)
    {
        var adjustment = new long[decision.Statuses.Length];
        Array.Fill(adjustment, permits);
        Assert.True(partition.TryAdjust(adjustment, decision, partition.Quotas!));
    }
}
