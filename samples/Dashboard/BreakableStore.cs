using System.Collections.Concurrent;
using RateLimitHeaders.AspNetCore;

namespace DashboardApi;

/// <summary>A store in this process's memory, in place of a database. Its calls fail while <see cref="IsBroken"/> is set.</summary>
internal sealed class BreakableStore : CompareAndSwapStore
{
    private readonly ConcurrentDictionary<string, StoredState> _states = new(StringComparer.Ordinal);

    public override string Name => "Breakable";

    public override RateLimitStoreOptions Options { get; } = new();

    /// <summary>Gets or sets a value indicating whether the store fails.</summary>
    public bool IsBroken { get; set; }

    protected override ValueTask<StoredState?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return new(_states.GetValueOrDefault(key));
    }

    protected override ValueTask<bool> TrySaveAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return new(expected is null ? _states.TryAdd(key, state) : _states.TryUpdate(key, state, expected));
    }

    private void ThrowIfBroken()
    {
        if (IsBroken)
        {
            throw new RateLimitStoreException(StoreFailureKind.Server, "The store is broken.");
        }
    }
}
