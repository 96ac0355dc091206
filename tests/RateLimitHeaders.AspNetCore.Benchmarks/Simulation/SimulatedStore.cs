using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>The connection of one server to a store in this process, which all servers share. It answers at once, and counts the calls.</summary>
internal sealed class SimulatedStore(ConcurrentDictionary<string, StoredState> states, RateLimitStoreOptions options) : CompareAndSwapStore
{
    public override string Name => "Simulated";

    public override RateLimitStoreOptions Options => options;

    /// <summary>Gets how often the store was asked.</summary>
    public long Calls { get; private set; }

    protected override ValueTask<StoredState?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        Calls++;
        return new(states.GetValueOrDefault(key));
    }

    protected override ValueTask<bool> TrySaveAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken) =>
        new(expected is null ? states.TryAdd(key, state) : states.TryUpdate(key, state, expected));
}
