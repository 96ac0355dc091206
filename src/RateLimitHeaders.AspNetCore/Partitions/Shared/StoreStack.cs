namespace RateLimitHeaders.AspNetCore;

/// <summary>Puts around the partitions of a plan in a store what every store has: a request passes it from top to bottom.</summary>
internal static class StoreStack
{
    /// <summary>Gets the partitions in a store of those that were created here.</summary>
    /// <returns><see langword="null"/> if they are in none.</returns>
    public static GuardedPartitions? GuardedOf(PlanPartitions partitions) => partitions switch
    {
        RememberingPartitions remembering => GuardedOf(remembering.Next),
        BatchingPartitions batching => batching.Next,
        _ => partitions as GuardedPartitions,
    };

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="guard">What stands before the store. It is shared with other plans, and outlives the partitions.</param>
    /// <param name="context">The plan.</param>
    public static PlanPartitions Create(StoreGuard guard, PartitionsContext context)
    {
        var options = guard.Options;
        return Create(guard, context, options.LocalBatches is { } batches ? new(batches.MaxBatch, batches.HoldTime, options.Nodes) : null);
    }

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="guard">What stands before the store. It is shared with other plans, and outlives the partitions.</param>
    /// <param name="context">The plan.</param>
    /// <param name="tuning">How batches are taken; <see langword="null"/> for none.</param>
    public static PlanPartitions Create(StoreGuard guard, PartitionsContext context, BatchTuning? tuning)
    {
        var store = guard.Store.CreatePartitions(context);
        var guarded = new GuardedPartitions(guard, store, context);
        var hasBatches = tuning is not null && store.SupportsBatches && context.Plan.ConcurrencyIndex < 0;
        PlanPartitions counted = hasBatches ? new BatchingPartitions(guarded, tuning!) : guarded;
        return guard.Options.RememberRejections
            ? new RememberingPartitions(counted, new RejectionMemory(context.Clock, context.MaxPartitions), guard, context)
            : counted;
    }
}
