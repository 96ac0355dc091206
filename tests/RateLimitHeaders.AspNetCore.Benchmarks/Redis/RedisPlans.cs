using Microsoft.Extensions.Logging.Abstractions;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Plans that are never used up, counted in Redis as an application has them counted.</summary>
internal static class RedisPlans
{
    private const int MaxPartitions = 100_000;
    private const double Limit = 1_000_000_000;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);
    private static readonly RateLimitMetrics s_metrics = new(factory: null);

    public static Quota Fixed { get; } = Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1));

    public static Quota Sliding { get; } = Quota.SlidingWindow("hourly", Limit, TimeSpan.FromHours(1));

    public static Quota Bucket { get; } = Quota.TokenBucket("burst", Limit, TimeSpan.FromMinutes(1));

    /// <summary>Has plans counted over a connection. A call that Redis does not answer is a rejection.</summary>
    public static async Task<StoreGuard> OpenAsync(IConnectionMultiplexer connection, LocalBatchOptions? batches = null, bool groups = true)
    {
        var options = new RedisStoreOptions
        {
            Deadline = s_deadline,
            WhenUnavailable = StoreUnavailable.Reject,
            RememberRejections = false,
            LocalBatches = batches,
            GroupCalls = groups,
        };
        var store = new RedisStore(options, () => Task.FromResult(connection));
        await store.WarmUpAsync(CancellationToken.None);
        return new StoreGuard(store, TimeProvider.System, s_metrics, NullLogger.Instance);
    }

    public static PlanPartitions Create(string name, StoreGuard guard, params Quota[] quotas)
    {
        var plan = new PlanDefinition(name, TokenTypes.User, [.. quotas.Select(quota => new QuotaDefinition(quota))]);
        return StoreStack.Create(guard, new PartitionsContext(plan, MaxPartitions, TimeProvider.System, s_metrics, NullLogger.Instance));
    }
}
