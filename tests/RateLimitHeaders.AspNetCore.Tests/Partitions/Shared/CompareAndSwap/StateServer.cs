namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server that counts one plan on states which it may share with others, without anything around the store.</summary>
internal sealed class StateServer : IDisposable
{
    public StateServer(params Quota[] quotas)
        : this(new DictionaryStore(), new ManualTimeProvider(), quotas)
    {
    }

    public StateServer(DictionaryStore store, ManualTimeProvider clock, params Quota[] quotas)
    {
        Store = store;
        Clock = clock;
        Partitions = store.CreatePartitions(TestPlan.Create(clock, "api", quotas));
        Alice = new(Partitions, quotas, new RateLimitPrincipal("user", "alice"), RateLimitClock.For(clock));
    }

    public DictionaryStore Store { get; }

    public ManualTimeProvider Clock { get; }

    public StorePartitions Partitions { get; }

    public TestedCaller Alice { get; }

    /// <summary>Gets the only key.</summary>
    public string Key => Assert.Single(Store.States).Key;

    /// <summary>Creates another server of the same plan, with the same clock or another.</summary>
    public StateServer Share(ManualTimeProvider? clock = null, params Quota[] quotas) =>
        new(new DictionaryStore(Store.States, Store.Options), clock ?? Clock, quotas);

    /// <summary>Takes a batch of so many permits more than the request costs.</summary>
    public async Task<RateLimitDecision> TakeBatchAsync(int wanted, TimeSpan holdTime, long cost = 0, params EndedBatch[] ended)
    {
        var decision = new RateLimitDecision { Principal = new RateLimitPrincipal("user", "alice") };
        var acquire = new AcquireArguments(decision.Principal, new[] { cost }, default);
        await Partitions.AcquireBatchAsync(new BatchArguments(acquire, wanted, holdTime, parts: 1, ended), decision);
        return decision;
    }

    public void Dispose() => Partitions.Dispose();
}
