namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Collects the peeks of a caller under several plans, so that a store is called once, however many plans there
/// are. Each plan is peeked (<see cref="PlanPartitions.PeekAsync"/>), then the group is sent, then the plans are awaited.
/// </summary>
internal sealed class PeekGroup
{
    private readonly TaskCompletionSource<bool> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StorePeek> _peeks = [];
    private StoreGuard? _guard;

    /// <summary>Adds a caller of a plan. All plans of an application are counted in one store.</summary>
    /// <returns>Whether the store has answered in time, once the group was sent.</returns>
    public Task<bool> AddAsync(StoreGuard guard, StorePartitions partitions, PeekArguments arguments)
    {
        _guard = guard;
        _peeks.Add(new StorePeek(partitions, arguments));
        return _answered.Task;
    }

    /// <summary>Calls the store, if a plan is counted in one.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_guard is null)
        {
            return;
        }

        try
        {
            var terms = new CallTerms(new ProbeTarget(_peeks[0].Partitions, _peeks[0].Arguments.Principal)) { CancellationToken = cancellationToken };
            _answered.SetResult(await _guard.RunAsync(
                terms,
                (_guard.Store, Peeks: _peeks.ToArray(), cancellationToken),
                static call => call.Store.PeekAsync(call.Peeks, call.cancellationToken)));
        }
        catch (OperationCanceledException exception)
        {
            _answered.SetCanceled(exception.CancellationToken);
        }
    }
}
