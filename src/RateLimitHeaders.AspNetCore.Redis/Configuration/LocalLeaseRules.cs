namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What the settings of batches must keep.</summary>
internal static class LocalLeaseRules
{
    private const int LeastBatch = 2;
    private const int MostBatch = 100_000;

    private static readonly TimeSpan s_shortestHold = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestHold = TimeSpan.FromMinutes(1);

    public static IEnumerable<string> Of(RedisStoreOptions options, IReadOnlyCollection<StoredPlan> plans)
    {
        if (options.LocalLeases is not { } leases)
        {
            yield break;
        }

        if (leases.MaxBatch is < LeastBatch or > MostBatch)
        {
            yield return RedisStoreRules.Say("WithLocalLeases' maxBatch", leases.MaxBatch, "give 2 to 100000 permits, or leave WithLocalLeases out");
        }

        if (leases.HoldTime < s_shortestHold || leases.HoldTime > s_longestHold)
        {
            yield return RedisStoreRules.Say("WithLocalLeases' holdTime", leases.HoldTime, "give a time from 10 ms to a minute");
        }

        if (plans.Count > 0 && plans.All(plan => plan.Quotas.Any(quota => quota is ConcurrencyQuota)))
        {
            yield return "UseRedis: WithLocalLeases has no effect, since all plans have a concurrency quota, whose permits are never held in advance; leave it out.";
        }
    }
}
