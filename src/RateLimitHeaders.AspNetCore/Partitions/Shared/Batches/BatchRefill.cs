namespace RateLimitHeaders.AspNetCore;

/// <summary>A call for a batch. There is one at a time for a caller, and all other requests of the caller wait for it.</summary>
/// <param name="Permits">The permits that are used at once; 0 if the batch is taken ahead.</param>
/// <param name="Limits">The limits.</param>
/// <param name="InitialLimits">The limits of a caller that nothing is known of.</param>
/// <param name="Wanted">How large the batch should be.</param>
/// <param name="Ended">The batches that have ended, which the store is told of along with it.</param>
/// <param name="Generation">The caller's generation of limits.</param>
internal sealed record BatchRefill(
    long Permits,
    ReadOnlyMemory<double> Limits,
    ReadOnlyMemory<double> InitialLimits,
    int Wanted,
    IReadOnlyList<EndedBatch> Ended,
    int Generation)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets what requests wait for that come meanwhile.</summary>
    public Task Task => _done.Task;

    public void Complete() => _done.TrySetResult();
}
