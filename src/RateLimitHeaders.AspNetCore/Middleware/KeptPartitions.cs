namespace RateLimitHeaders.AspNetCore;

/// <summary>The objects that count plans and outlive the snapshot.</summary>
/// <param name="Partitions">The partitions.</param>
/// <param name="Foreign">Creates the partitions of the application's own limiters; <see langword="null"/> for quotas.</param>
/// <param name="Bans">The bans, once a plan has some.</param>
internal sealed record KeptPartitions(PlanPartitions Partitions, IForeignPartitioner? Foreign, Lazy<CallerBans> Bans)
{
    /// <summary>Copies the counts of other partitions that have counted the same callers, if those are in this process's memory.</summary>
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
