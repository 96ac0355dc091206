using Microsoft.Extensions.Logging.Abstractions;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>What counts plans that are never used up: the partitions of a Redis store, with all that stands before every store.</summary>
internal sealed class RedisPlans : IDisposable
{
    private const int MaxPartitions = 100_000;
    private const double Limit = 1_000_000_000;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    private readonly RedisStore _store;
    private readonly StoreGuard _guard;
    private readonly List<PlanPartitions> _partitions = [];

    /// <param name="connection">The connection that all share.</param>
    /// <param name="groups">Whether requests of several callers share calls.</param>
    /// <param name="batches">How permits are taken in batches; <see langword="null"/> to ask Redis on each request.</param>
    public RedisPlans(IConnectionMultiplexer connection, bool groups = true, LocalBatchOptions? batches = null)
    {
        var options = new RedisStoreOptions { GroupCalls = groups, LocalBatches = batches, Deadline = s_deadline, WhenUnavailable = StoreUnavailable.Reject };
        _store = new RedisStore(options, () => Task.FromResult(connection));
        _guard = new StoreGuard(_store, TimeProvider.System, new RateLimitMetrics(factory: null), NullLogger.Instance);
    }

    public static Quota Fixed { get; } = Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1));

    public static Quota Sliding { get; } = Quota.SlidingWindow("hourly", Limit, TimeSpan.FromHours(1));

    public static Quota Bucket { get; } = Quota.TokenBucket("burst", Limit, TimeSpan.FromMinutes(1));

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="name">The policy, which the keys in Redis begin with.</param>
    /// <param name="quotas">The quotas.</param>
    public PlanPartitions Create(string name, params Quota[] quotas)
    {
        var plan = new PlanDefinition(name, "user", new EquatableList<QuotaDefinition>([.. quotas.Select(quota => new QuotaDefinition(quota, null))]));
        var partitions = StoreStack.Create(_guard, new PartitionsContext(plan, MaxPartitions, TimeProvider.System, new RateLimitMetrics(factory: null), NullLogger.Instance));
        _partitions.Add(partitions);
        return partitions;
    }

    public void Dispose()
    {
        _partitions.ForEach(partitions => partitions.Dispose());
        _guard.Dispose();
        _store.Dispose();
    }
}
