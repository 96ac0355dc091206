using Microsoft.Extensions.Logging.Abstractions;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>What counts plans that are never used up, with all that stands before a store.</summary>
/// <param name="connection">The connection.</param>
internal sealed class RedisPlans(IConnectionMultiplexer connection) : IDisposable
{
    private const int MaxPartitions = 100_000;
    private const double Limit = 1_000_000_000;

    private readonly RateLimitMetrics _metrics = new(factory: null);
    private readonly List<IDisposable> _disposables = [];

    public static Quota Fixed { get; } = Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1));

    public static Quota Sliding { get; } = Quota.SlidingWindow("hourly", Limit, TimeSpan.FromHours(1));

    public static Quota Bucket { get; } = Quota.TokenBucket("burst", Limit, TimeSpan.FromMinutes(1));

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="name">The name of the policy.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="batches">How batches are taken; <see langword="null"/> for none.</param>
    /// <param name="groups">Whether requests share calls.</param>
    public async Task<PlanPartitions> CreateAsync(string name, Quota[] quotas, LocalBatchOptions? batches = null, bool? groups = null)
    {
        // Redis answers in time, or else the figures would be those of the fallback.
        var store = new RedisStore(
            new RedisStoreOptions
            {
                Deadline = TimeSpan.FromSeconds(10),
                WhenUnavailable = StoreUnavailable.Reject,
                GroupCalls = groups,
                LocalBatches = batches,
            },
            () => Task.FromResult(connection));
        var guard = new StoreGuard(store, TimeProvider.System, _metrics, NullLogger.Instance);
        var plan = new PlanDefinition(name, "user", [.. quotas.Select(quota => new QuotaDefinition(quota))]);
        var partitions = StoreStack.Create(guard, new PartitionsContext(plan, MaxPartitions, TimeProvider.System, _metrics, NullLogger.Instance));
        await guard.WarmUpAsync(CancellationToken.None);
        _disposables.AddRange(partitions, guard, store);
        return partitions;
    }

    public void Dispose()
    {
        _disposables.ForEach(disposable => disposable.Dispose());
        _metrics.Dispose();
    }
}
