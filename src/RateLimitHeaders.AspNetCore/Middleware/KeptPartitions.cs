namespace RateLimitHeaders.AspNetCore;

/// <summary>The objects that count plans and outlive the snapshot.</summary>
/// <param name="partitions">The partitions.</param>
/// <param name="foreign">Creates the partitions of the application's own limiters; <see langword="null"/> for quotas.</param>
/// <param name="bans">The bans, once a plan has some.</param>
/// <param name="plan">The plan that the partitions were created for.</param>
internal sealed class KeptPartitions(PlanPartitions partitions, IForeignPartitioner? foreign, Lazy<CallerBans> bans, PlanDefinition plan)
{
    private PlanDefinition _plan = plan;

    public PlanPartitions Partitions => partitions;

    public IForeignPartitioner? Foreign => foreign;

    public Lazy<CallerBans> Bans => bans;

    /// <summary>
    /// Makes the partitions count under a new definition, as <see cref="PlanPartitions.TryUpdate"/> does. An equal one changes nothing: remembered
    /// rejections and batches of callers are kept when other plans change.
    /// </summary>
    public bool TryUpdate(PlanDefinition plan)
    {
        if (plan == _plan)
        {
            return true;
        }

        if (!partitions.TryUpdate(plan))
        {
            return false;
        }

        _plan = plan;
        return true;
    }

    /// <summary>Copies the counts of other partitions that have counted the same callers, if those are in this process's memory.</summary>
    public void TakeOver(KeptPartitions others)
    {
        if (partitions is MemoryPartitions own && others.Partitions is MemoryPartitions counted)
        {
            own.TakeOver(counted);
        }

        if (others.Bans.IsValueCreated)
        {
            bans.Value.TakeOver(others.Bans.Value);
        }
    }
}
