namespace RateLimitHeaders.AspNetCore;

/// <summary>Puts around the partitions of a plan in a store what every store has: a request passes it from top to bottom.</summary>
internal static class StoreStack
{
    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="guard">What stands before the store. It is shared with other plans, and outlives the partitions.</param>
    /// <param name="context">The plan.</param>
    public static PlanPartitions Create(StoreGuard guard, PartitionsContext context)
    {
        var options = guard.Options;
        var store = guard.Store.CreatePartitions(context);
        var guarded = new GuardedPartitions(guard, store, context);
        var rejections = options.RememberRejections ? new RejectionMemory(context.Clock, context.MaxPartitions) : null;
        return rejections is null ? guarded : new RememberingPartitions(guarded, rejections);
    }
}
