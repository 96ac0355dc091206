namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A call for a batch. There is one at a time for a caller, and all others wait for it.</summary>
/// <param name="Permits">The permits that are used at once; 0 if the batch is taken ahead.</param>
/// <param name="Limits">The limits.</param>
/// <param name="Wanted">How large the batch should be.</param>
/// <param name="Ended">The batches that have ended, which Redis hears of along with it.</param>
/// <param name="Generation">The caller's generation of limits.</param>
internal sealed record Refill(int Permits, double[] Limits, int Wanted, IReadOnlyList<Batch> Ended, int Generation)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets what those wait for who come meanwhile.</summary>
    public Task Task => _done.Task;

    public void Complete() => _done.TrySetResult();
}
