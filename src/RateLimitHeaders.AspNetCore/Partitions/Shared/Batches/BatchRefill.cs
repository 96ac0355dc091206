namespace RateLimitHeaders.AspNetCore;

/// <summary>A call for a batch. There is one at a time for a caller, and all other requests of the caller wait for it.</summary>
/// <param name="Permits">The permits that are used at once; 0 if the batch is taken ahead.</param>
/// <param name="Limits">The limits.</param>
/// <param name="InitialLimits">The limits of a caller that is not known yet.</param>
/// <param name="Wanted">The wanted size of the batch.</param>
/// <param name="Ended">The batches that have ended, which are reported to the store in the same call.</param>
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

    /// <summary>Gets the task for which requests wait that arrive in the meantime.</summary>
    public Task Task => _done.Task;

    public void Complete() => _done.TrySetResult();
}
