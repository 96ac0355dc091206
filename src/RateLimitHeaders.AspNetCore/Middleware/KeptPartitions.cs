namespace RateLimitHeaders.AspNetCore;

/// <summary>What counts plans, and outlives the snapshot.</summary>
/// <param name="Partitions">The partitions.</param>
/// <param name="Foreign">Makes the partitions of the application's own limiters; <see langword="null"/> for quotas.</param>
/// <param name="Bans">The bans, once a plan has some.</param>
internal sealed record KeptPartitions(PlanPartitions Partitions, IForeignPartitioner? Foreign, Lazy<CallerBans> Bans)
{
    /// <summary>Takes over the counts of other partitions that have counted the same callers, where those are in this process's memory.</summary>
    public void TakeOver(KeptPartitions others)
    {
        if (Partitions is MemoryPartitions partitions && others.Partitions is MemoryPartitions counted)
        {
            partitions.TakeOver(counted);
        }

        if (others.Bans.IsValueCreated)
        {
            Bans.Value.TakeOver(others.Bans.Value);
        }
    }
}
