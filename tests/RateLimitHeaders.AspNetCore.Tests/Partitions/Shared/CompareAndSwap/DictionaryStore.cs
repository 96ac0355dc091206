using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server's store over states in memory, which several servers may share. A test may come between a load and a save.</summary>
public sealed class DictionaryStore(ConcurrentDictionary<string, StoredState> states, RateLimitStoreOptions? options = null) : CompareAndSwapStore
{
    private int _loads;
    private int _saves;

    public DictionaryStore(RateLimitStoreOptions? options = null)
        : this(new ConcurrentDictionary<string, StoredState>(), options)
    {
    }

    public override string Name => "Dictionary";

    public override RateLimitStoreOptions Options { get; } = options ?? new();

    public ConcurrentDictionary<string, StoredState> States => states;

    /// <summary>Gets or sets how far this server's wall clock is ahead of the others'.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Gets or sets a value indicating whether the store decides about several plans in one step, as <see cref="Combine"/> does.</summary>
    public bool Combines { get; set; }

    public override bool CombinesPlans => Combines;

    /// <summary>Gets or sets how several plans are decided in one step.</summary>
    public Func<ReadOnlyMemory<PlanAcquisition>, ValueTask<bool>> Combine { get; set; } = static _ => new(false);

    /// <summary>Gets or sets what happens before a load.</summary>
    public Func<string, CancellationToken, ValueTask> BeforeLoad { get; set; } = static (_, _) => default;

    /// <summary>Gets or sets what happens between a load and the save.</summary>
    public Func<string, CancellationToken, ValueTask> BeforeSave { get; set; } = static (_, _) => default;

    /// <summary>Gets or sets what happens after a save, before it is answered.</summary>
    public Action AfterSave { get; set; } = static () => { };

    public int Loads => Volatile.Read(ref _loads);

    public int Saves => Volatile.Read(ref _saves);

    /// <summary>Gets how long the last state that was saved tells something.</summary>
    public TimeSpan Lifetime { get; private set; }

    public override ValueTask<bool> AcquireAsync(ReadOnlyMemory<PlanAcquisition> plans) => Combine(plans);

    protected override async ValueTask<StoredState?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        await BeforeLoad(key, cancellationToken);
        Interlocked.Increment(ref _loads);
        return states.GetValueOrDefault(key);
    }

    protected override async ValueTask<bool> TrySaveAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await BeforeSave(key, cancellationToken);
        if (!(expected is null ? states.TryAdd(key, state) : states.TryUpdate(key, state, expected)))
        {
            return false;
        }

        Interlocked.Increment(ref _saves);
        Lifetime = lifetime;
        AfterSave();
        return true;
    }

    protected override DateTimeOffset GetUtcNow(TimeProvider timeProvider) => base.GetUtcNow(timeProvider) + Ahead;
}
