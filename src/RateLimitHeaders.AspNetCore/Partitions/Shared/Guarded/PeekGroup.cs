namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Collects the peeks of a caller under several plans, so that a store is called once for a hundred plans. Each plan is peeked
/// (<see cref="PlanPartitions.PeekAsync"/>), then the group is sent, then the plans are awaited.
/// </summary>
internal sealed class PeekGroup
{
    // Each call has the deadline of a call for itself: that of many plans would show how many they are, and not that the store is slow.
    private const int LargestCall = 100;

    private readonly TaskCompletionSource<bool> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StorePeek> _peeks = [];
    private StoreGuard? _guard;

    /// <summary>Adds a caller of a plan. All plans of an application are counted in one store.</summary>
    /// <returns>Whether the store has answered all calls in time, once the group was sent.</returns>
    public Task<bool> AddAsync(StoreGuard guard, StorePartitions partitions, PeekArguments arguments)
    {
        _guard = guard;
        _peeks.Add(new StorePeek(partitions, arguments));
        return _answered.Task;
    }

    /// <summary>Calls the store, if a plan is counted in one.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            var isAnswered = true;
            foreach (var peeks in _peeks.Chunk(LargestCall))
            {
                isAnswered = isAnswered && await SendAsync(_guard!, peeks, cancellationToken);
            }

            _answered.SetResult(isAnswered);
        }
        catch (OperationCanceledException exception)
        {
            _answered.SetCanceled(exception.CancellationToken);
        }
    }

    private static ValueTask<bool> SendAsync(StoreGuard guard, StorePeek[] peeks, CancellationToken cancellationToken)
    {
        var terms = new CallTerms(new ProbeTarget(peeks[0].Partitions, peeks[0].Arguments.Principal)) { CancellationToken = cancellationToken };
        return guard.RunAsync(
            terms, (guard.Store, peeks, cancellationToken), static call => call.Store.PeekAsync(call.peeks, call.cancellationToken));
    }
}
