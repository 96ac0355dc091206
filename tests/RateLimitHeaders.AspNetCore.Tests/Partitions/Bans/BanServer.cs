using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server that bans the callers of one plan, with a store that other servers may share.</summary>
internal sealed class BanServer : IDisposable
{
    public static readonly RateLimitPrincipal Alice = new("user", "alice");

    private readonly StoreGuard _guard;
    private readonly GuardedPartitions _guarded;

    public BanServer(BanDefinition terms, ManualTimeProvider? clock = null, ConcurrentDictionary<string, StoredState>? states = null)
    {
        Terms = terms;
        Clock = clock ?? new();
        Store = new DictionaryStore(states ?? []);
        var plan = TestPlan.Define("api", Quota.FixedWindow("q", 1, TimeSpan.FromMinutes(1))) with { Ban = terms };
        var context = TestPlan.Create(Clock, plan);
        _guard = TestStack.GuardOf(Store, Clock);
        _guarded = new GuardedPartitions(_guard, Store.CreatePartitions(context), context);
        Bans = new CallerBans(context, _guarded);
    }

    public BanDefinition Terms { get; }

    public ManualTimeProvider Clock { get; }

    public DictionaryStore Store { get; }

    public StorePartitions Partitions => _guarded.Store;

    public CallerBans Bans { get; }

    /// <summary>Gets a value indicating whether the store is asked.</summary>
    public bool IsAvailable => _guard.IsAvailable;

    /// <summary>Gets how many rejections of the caller the store knows of.</summary>
    public long RejectionsInStore => Store.States.TryGetValue($"ratelimit:2:api:user:rejections:{StateKeys.NameOf(Alice)}", out var state)
        ? BinaryPrimitives.ReadInt64LittleEndian(state.Bytes.Span[sizeof(long)..])
        : 0;

    /// <summary>Creates another server of the same plan and store.</summary>
    public BanServer Share() => new(Terms, Clock, Store.States);

    /// <summary>Counts rejections of the caller.</summary>
    public void Reject(int times)
    {
        for (var i = 0; i < times; i++)
        {
            Bans.Count(Alice, Terms, retryAfter: null);
        }
    }

    /// <summary>Gets how long the caller is banned, as its next request hears.</summary>
    public async Task<TimeSpan?> FindAsync()
    {
        await Bans.RefreshAsync();
        return Bans.Find(Alice);
    }

    /// <summary>Lets so much time pass that the store is told of all that there is to tell.</summary>
    public Task TellAllAsync() => Eventually.IsTrueAsync(
        () => Clock.NextTimer is not { } next || next - Clock.GetUtcNow() > TimeSpan.FromSeconds(1),
        "The store is told again and again.",
        Clock,
        TimeSpan.FromSeconds(0.5));

    public void Dispose()
    {
        _guard.Dispose();
        _guarded.Dispose();
    }
}
