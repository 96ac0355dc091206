namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the settings of a store, and of the plans that it counts, whatever the store.</summary>
internal static class StoreChecks
{
    private const int LeastBatch = 2;
    private const int MostBatch = 100_000;

    private static readonly TimeSpan s_longestDeadline = TimeSpan.FromMinutes(1);

    // Held permits are renewed after a third of this time. A shorter time would renew them all the time.
    private static readonly TimeSpan s_shortestLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestLifetime = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_shortestHold = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestHold = TimeSpan.FromMinutes(1);

    public static void Check(RateLimitStore store, IReadOnlyCollection<PlanDefinition> plans, ConfigurationErrors errors)
    {
        CheckOptions(store.Name, store.Options, errors);
        if (store.Options.LocalBatches is { } batches)
        {
            CheckBatches(OptionsPath.Join(store.Name, nameof(store.Options.LocalBatches)), batches, plans, errors);
        }

        foreach (var plan in plans)
        {
            CheckPlan(plan, errors);
        }

        errors.AddRange(store.Validate(plans));
    }

    private static void CheckOptions(string path, RateLimitStoreOptions options, ConfigurationErrors errors)
    {
        errors.AddIf(
            options.Deadline <= TimeSpan.Zero || options.Deadline > s_longestDeadline,
            RateLimitErrorIds.StoreDeadline,
            path,
            options.Deadline,
            "give a time above zero and of a minute at most, such as TimeSpan.FromMilliseconds(100)");
        errors.AddIf(options.Nodes < 1, RateLimitErrorIds.StoreNodes, path, options.Nodes, "give the number of servers, 1 or more");
        errors.CheckDefined(path, options.WhenUnavailable);
        errors.AddIf(
            options.HeldPermitLifetime < s_shortestLifetime || options.HeldPermitLifetime > s_longestLifetime,
            RateLimitErrorIds.StoreHeldPermitLifetime,
            path,
            options.HeldPermitLifetime,
            "give a time from a second to a day");
    }

    private static void CheckBatches(
        string path, LocalBatchOptions batches, IReadOnlyCollection<PlanDefinition> plans, ConfigurationErrors errors)
    {
        errors.AddIf(
            batches.MaxBatch is < LeastBatch or > MostBatch,
            RateLimitErrorIds.StoreMaxBatch,
            path,
            batches.MaxBatch,
            "give 2 to 100000 permits, or leave LocalBatches out");
        errors.AddIf(
            batches.HoldTime < s_shortestHold || batches.HoldTime > s_longestHold,
            RateLimitErrorIds.StoreHoldTime,
            path,
            batches.HoldTime,
            "give a time from 10 ms to a minute");
        errors.AddIf(
            plans.Count > 0 && plans.All(plan => plan.ConcurrencyIndex >= 0),
            RateLimitErrorIds.StoreBatchesWithoutEffect,
            path,
            "LocalBatches has no effect, because all plans have a concurrency quota, whose permits are never held in advance; leave it out.");
    }

    private static void CheckPlan(PlanDefinition plan, ConfigurationErrors errors)
    {
        foreach (var quota in plan.Quotas.OfType<ConcurrencyQuota>())
        {
            errors.AddIf(
                quota.QueueLimit > 0,
                RateLimitErrorIds.StoreQueueLimit,
                OptionsPath.Quota(OptionsPath.Plan(OptionsPath.Policy(plan.PolicyName), plan.TokenType), quota.Description.Name),
                quota.QueueLimit,
                "requests cannot wait in a store, so give 0, which rejects at once");
        }
    }
}
