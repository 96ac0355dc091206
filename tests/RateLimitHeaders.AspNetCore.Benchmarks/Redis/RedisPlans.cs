using Microsoft.Extensions.Logging.Abstractions;
using RateLimitHeaders.AspNetCore.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>What counts plans that are never used up.</summary>
internal static class RedisPlans
{
    private const int MaxPartitions = 100_000;
    private const double Limit = 1_000_000_000;

    public static Quota Fixed { get; } = Quota.FixedWindow("daily", Limit, TimeSpan.FromDays(1));

    public static Quota Sliding { get; } = Quota.SlidingWindow("hourly", Limit, TimeSpan.FromHours(1));

    public static Quota Bucket { get; } = Quota.TokenBucket("burst", Limit, TimeSpan.FromMinutes(1));

    public static QuotaCounter Create(string name, IScriptGateway gateway, Quota[] quotas, LocalLeases? leases = null, bool groups = true)
    {
        var context = new PolicyContext(
            TimeProvider.System, Principals: null!, ["user"], HeadersWhen.Always, MaxPartitions, Store: null, Metrics: null!, NullLogger.Instance);
        var plan = new StoredPlan(
            name,
            "user",
            [.. quotas.Select(quota => new PlanQuota(quota, null))],
            context,
            () => throw new InvalidOperationException("Redis has not answered, and the figures would be those of the fallback."));
        var options = new RedisStoreOptions { LocalLeases = leases, GroupCalls = groups };
        var exact = new RedisQuotaCounter(plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, plan));
        return leases is null ? exact : new LeasingQuotaCounter(exact, leases, options.Deadline);
    }
}
