namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of a store, and the plans that it counts, must keep, whatever the store.</summary>
internal static class StoreRules
{
    private const int LeastBatch = 2;
    private const int MostBatch = 100_000;

    private static readonly TimeSpan s_longestDeadline = TimeSpan.FromMinutes(1);

    // What a server holds is renewed after a third of this time. A shorter one would be renewed all the time.
    private static readonly TimeSpan s_shortestLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestLifetime = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_shortestHold = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestHold = TimeSpan.FromMinutes(1);

    public static IEnumerable<RateLimitConfigurationError> Check(RateLimitStore store, IReadOnlyCollection<PlanDefinition> plans) =>
    [
        .. CheckOptions(store.Name, store.Options),
        .. store.Options.LocalBatches is { } batches
            ? CheckBatches(OptionsPath.Join(store.Name, nameof(store.Options.LocalBatches)), batches, plans)
            : [],
        .. plans.SelectMany(CheckPlan),
        .. store.Validate(plans),
    ];

    private static IEnumerable<RateLimitConfigurationError> CheckOptions(string path, RateLimitStoreOptions options)
    {
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > s_longestDeadline)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.StoreDeadline,
                path,
                nameof(options.Deadline),
                options.Deadline,
                "give a time above zero and of a minute at most, such as TimeSpan.FromMilliseconds(100)");
        }

        if (options.Nodes < 1)
        {
            yield return ValueRules.Say(RateLimitErrorIds.StoreNodes, path, nameof(options.Nodes), options.Nodes, "give the number of servers, 1 or more");
        }

        foreach (var error in ValueRules.IsDefined(path, nameof(options.WhenUnavailable), options.WhenUnavailable))
        {
            yield return error;
        }

        if (options.HeldPermitLifetime < s_shortestLifetime || options.HeldPermitLifetime > s_longestLifetime)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.StoreHeldPermitLifetime,
                path,
                nameof(options.HeldPermitLifetime),
                options.HeldPermitLifetime,
                "give a time from a second to a day");
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckBatches(
        string path, LocalBatchOptions batches, IReadOnlyCollection<PlanDefinition> plans)
    {
        if (batches.MaxBatch is < LeastBatch or > MostBatch)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.StoreMaxBatch, path, nameof(batches.MaxBatch), batches.MaxBatch, "give 2 to 100000 permits, or leave LocalBatches out");
        }

        if (batches.HoldTime < s_shortestHold || batches.HoldTime > s_longestHold)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.StoreHoldTime, path, nameof(batches.HoldTime), batches.HoldTime, "give a time from 10 ms to a minute");
        }

        if (plans.Count > 0 && plans.All(plan => plan.ConcurrencyIndex >= 0))
        {
            yield return new(
                RateLimitErrorIds.StoreBatchesWithoutEffect,
                path,
                "LocalBatches has no effect, since all plans have a concurrency quota, whose permits are never held in advance; leave it out.");
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckPlan(PlanDefinition plan) =>
        from quota in plan.Quotas.OfType<ConcurrencyQuota>()
        where quota.QueueLimit > 0
        select ValueRules.Say(
            RateLimitErrorIds.StoreQueueLimit,
            OptionsPath.Quota(OptionsPath.Plan(OptionsPath.Policy(plan.PolicyName), plan.TokenType), quota.Description.Name),
            nameof(quota.QueueLimit),
            quota.QueueLimit,
            "requests cannot wait in a store, so give 0, which rejects at once");
}
