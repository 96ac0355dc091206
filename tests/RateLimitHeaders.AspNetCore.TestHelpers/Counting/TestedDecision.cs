namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A decision of the partitions under test, with what a request does to it later.</summary>
public sealed class TestedDecision(PlanPartitions partitions, RateLimitDecision decision, int quotas, RateLimitClock clock) : IDisposable
{
    private bool _isReleased;

    public RateLimitDecision Decision => decision;

    public RateLimitOutcome Outcome => decision.Outcome;

    public bool IsAcquired => decision.IsAcquired;

    public ReadOnlySpan<QuotaStatus> Statuses => decision.Statuses;

    public TimeSpan? RetryAfter => decision.RetryAfter;

    public int LongestWait => decision.LongestWait;

    public bool HoldsPermits => decision.HoldsPermits;

    public long Uncharged => decision.Uncharged;

    /// <summary>Gets how long ago the statuses were taken.</summary>
    public TimeSpan Age => new(clock.Now - decision.TakenAt);

    /// <summary>Takes more permits of every quota, whether or not they fit.</summary>
    public Task ChargeAsync(long permits) => AdjustAsync(Same(permits));

    /// <summary>Gives permits of every quota back.</summary>
    public Task RefundAsync(long permits) => AdjustAsync(Same(-permits));

    /// <summary>Charges each quota its own number, or gives back where that is negative.</summary>
    public Task AdjustAsync(params long[] permits) => partitions.AdjustAsync(decision, new AdjustArguments(permits)).AsTask();

    /// <summary>Reads the statuses again.</summary>
    public Task RefreshAsync() => ChargeAsync(0);

    /// <summary>Gives back what is held for as long as the request runs, as the middleware does when the endpoint is done.</summary>
    public async Task ReleaseAsync()
    {
        if (!_isReleased && decision.HoldsPermits)
        {
            _isReleased = true;
            await partitions.ReleaseAsync(decision);
        }
    }

    /// <summary>Does the same; partitions let no request wait for it.</summary>
    public void Dispose() => _ = ReleaseAsync();

    private long[] Same(long permits) => [.. Enumerable.Repeat(permits, quotas)];
}
