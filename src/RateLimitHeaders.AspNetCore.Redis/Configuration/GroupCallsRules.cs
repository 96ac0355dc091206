namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What the setting of grouped calls must keep: to be of use.</summary>
internal static class GroupCallsRules
{
    public static IEnumerable<string> Of(RedisStoreOptions options, IReadOnlyCollection<StoredPlan> plans)
    {
        if (!options.GroupCalls)
        {
            yield break;
        }

        if (options.LocalLeases is not null)
        {
            yield return "UseRedis: GroupCalls has no effect together with WithLocalLeases, which calls for many requests of one caller already; leave one of them out.";
        }
        else if (plans.Count > 0 && plans.All(plan => plan.Quotas.Any(quota => quota is ConcurrencyQuota)))
        {
            yield return "UseRedis: GroupCalls has no effect, since all plans have a concurrency quota, whose leases are asked for one by one; leave it out.";
        }
    }
}
