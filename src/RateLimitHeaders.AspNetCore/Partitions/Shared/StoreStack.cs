namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Wraps the partitions of a plan in a store in the layers of every store. From the request to the store: <see cref="RememberingPartitions"/>,
/// <see cref="BatchingPartitions"/>, <see cref="GuardedPartitions"/>.
/// </summary>
internal static class StoreStack
{
    /// <summary>Returns the partitions in a store of partitions that were created here.</summary>
    /// <returns><see langword="null"/> if they are in none.</returns>
    public static GuardedPartitions? GuardedOf(PlanPartitions partitions) => partitions switch
    {
        RememberingPartitions remembering => GuardedOf(remembering.Next),
        BatchingPartitions batching => batching.Next,
        _ => partitions as GuardedPartitions,
    };

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="guard">The guard of the store. It is shared with other plans, and outlives the partitions.</param>
    /// <param name="context">The plan.</param>
    public static PlanPartitions Create(StoreGuard guard, PartitionsContext context)
    {
        var options = guard.Options;
        return Create(guard, context, options.LocalBatches is { } batches ? new(batches.MaxBatch, batches.HoldTime, options.Nodes) : null);
    }

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="guard">The guard of the store. It is shared with other plans, and outlives the partitions.</param>
    /// <param name="context">The plan.</param>
    /// <param name="tuning">The settings of batches; <see langword="null"/> for none.</param>
    public static PlanPartitions Create(StoreGuard guard, PartitionsContext context, BatchTuning? tuning)
    {
        var store = guard.Store.CreatePartitions(context);
        var guarded = new GuardedPartitions(guard, store, context);
        var hasBatches = tuning is not null && store.SupportsBatches && context.Plan.ConcurrencyIndex < 0;
        PlanPartitions counted = hasBatches ? new BatchingPartitions(guarded, tuning!) : guarded;
        return guard.Options.RememberRejections
            ? new RememberingPartitions(counted, guard, context)
            : counted;
    }
}
