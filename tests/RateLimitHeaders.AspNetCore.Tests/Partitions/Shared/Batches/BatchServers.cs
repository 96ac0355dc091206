using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Servers that share one plan, its states and one clock, and take permits in batches.</summary>
internal sealed class BatchServers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, StoredState> _states = [];
    private readonly List<PlanPartitions> _partitions = [];
    private readonly List<StoreGuard> _guards = [];
    private readonly BatchTuning _tuning;
    private readonly Quota[] _quotas;

    public BatchServers(BatchTuning tuning, params Quota[] quotas)
        : this(new ManualTimeProvider(), tuning, quotas)
    {
    }

    public BatchServers(ManualTimeProvider clock, BatchTuning tuning, params Quota[] quotas)
    {
        Clock = clock;
        _tuning = tuning;
        _quotas = quotas;
    }

    public ManualTimeProvider Clock { get; }

    public List<BatchingPartitions> All { get; } = [];

    public List<BatchStore> Stores { get; } = [];

    /// <summary>Gets a value indicating whether an outage is counted in memory, and charged in the store afterwards. By default it rejects.</summary>
    public bool ChargesAfterOutage { get; init; }

    /// <summary>Gets the first server.</summary>
    public BatchingPartitions First => All[0];

    /// <summary>Gets the store of the first server.</summary>
    public BatchStore Store => Stores[0];

    /// <summary>Every caller is hot from the first request on, and takes all that remains if it uses so much.</summary>
    public static BatchTuning Eager(int maxBatch, TimeSpan holdTime) => new(maxBatch, holdTime, Nodes: 1) { HotRequests = 1, LeastParts = 1 };

    /// <summary>Creates servers that remember rejections.</summary>
    public static BatchServers Create(int count, BatchTuning tuning, params Quota[] quotas)
    {
        var servers = new BatchServers(tuning, quotas);
        for (var i = 0; i < count; i++)
        {
            servers.Add();
        }

        return servers;
    }

    public PlanPartitions Add(bool remembersRejections = true)
    {
        var store = new BatchStore(new DictionaryStore(_states, new()
        {
            // Longer than tests let time pass while a call is under way.
            Deadline = TimeSpan.FromSeconds(20),
            RememberRejections = false,
            WhenUnavailable = ChargesAfterOutage ? StoreUnavailable.LimitInMemory : StoreUnavailable.Reject,
        }));
        var guard = TestStack.GuardOf(store, Clock);
        var context = TestPlan.Create(Clock, TestPlan.Define("api", _quotas) with { ChargeAfterOutage = ChargesAfterOutage });
        var batching = Assert.IsType<BatchingPartitions>(StoreStack.Create(guard, context, _tuning));
        Stores.Add(store);
        _guards.Add(guard);
        All.Add(batching);
        _partitions.Add(remembersRejections
            ? new RememberingPartitions(batching, guard, context)
            : batching);
        return _partitions[^1];
    }

    /// <summary>Takes as many permits of every quota.</summary>
    public Task<TestedDecision> TakeAsync(int server = 0, long permits = 1, params double[] limits) =>
        TakeEachAsync([.. Enumerable.Repeat(permits, _quotas.Length)], server, limits: limits);

    /// <summary>Takes other permits of each quota.</summary>
    public async Task<TestedDecision> TakeEachAsync(long[] costs, int server = 0, string id = "alice", params double[] limits)
    {
        var principal = new RateLimitPrincipal("user", id);
        var decision = new RateLimitDecision { Principal = principal };
        await _partitions[server].AcquireAsync(new AcquireArguments(principal, costs, limits), decision);
        return new(_partitions[server], decision, _quotas.Length, RateLimitClock.For(Clock));
    }

    /// <summary>Looks where the caller stands.</summary>
    public async Task<TestedDecision> PeekAsync(int server = 0, params double[] limits)
    {
        var principal = new RateLimitPrincipal("user", "alice");
        var decision = new RateLimitDecision { Principal = principal };
        await _partitions[server].PeekAsync(new(principal, limits, decision), CancellationToken.None);
        return new(_partitions[server], decision, _quotas.Length, RateLimitClock.For(Clock));
    }

    /// <summary>Has what the caller used forgotten.</summary>
    public Task ResetAsync() => ResetAsync(server: 0);

    public Task ResetAsync(int server) => _partitions[server].ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None).AsTask();

    /// <summary>Takes permits one by one, all of which are admitted, each when nothing is under way.</summary>
    public async Task TakeManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True((await TakeAsync()).IsAcquired);
            await SettleAsync();
        }
    }

    /// <summary>Takes permits one by one until none are left.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DrainAsync(int server)
    {
        for (var admitted = 0; ; admitted++)
        {
            if (!(await TakeAsync(server)).IsAcquired)
            {
                return admitted;
            }
        }
    }

    /// <summary>Waits for the calls that no request waits for.</summary>
    public Task SettleAsync() => Eventually.IsTrueAsync(() => All.TrueForAll(server => server.CallsBehind == 0), "Calls come to no end.");

    public async Task AdvanceAsync(TimeSpan time)
    {
        await SettleAsync();
        Clock.Advance(time);
        await SettleAsync();
    }

    /// <summary>Disposes the servers, each of which waits for its batches to be given back.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(() =>
    {
        _partitions.ForEach(partitions => partitions.Dispose());
        _guards.ForEach(guard => guard.Dispose());
    }));
}
