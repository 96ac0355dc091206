namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Makes what decides while Redis cannot.</summary>
internal static class Fallback
{
    public static IFallback Create(RedisStoreOptions options, StoredPlan plan) => options.WhenUnavailable switch
    {
        WhenRedisUnavailable.Admit => new ConstantFallback(isAdmitted: true),
        WhenRedisUnavailable.Refuse => new ConstantFallback(isAdmitted: false),
        _ => new MemoryFallback(plan, 1.0 / options.Nodes),
    };
}
