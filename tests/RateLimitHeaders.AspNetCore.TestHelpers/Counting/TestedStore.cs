namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A way to count quotas that the tests of the algorithms are run over.</summary>
public abstract class TestedStore
{
    /// <summary>Gets the shortest time that the store tells apart.</summary>
    public abstract TimeSpan Resolution { get; }

    /// <summary>Gets how many random histories are played for each property.</summary>
    public abstract int Histories { get; }

    /// <summary>Gets how long permits of a concurrency quota can be held without a sign of life.</summary>
    public abstract TimeSpan LongestHold { get; }

    /// <summary>
    /// Gets a value indicating whether permits are counted that no request has used yet. Then a bucket may stand still for a
    /// while, and a refund into it may give back less.
    /// </summary>
    public virtual bool HoldsPermits => false;

    /// <summary>
    /// Gets how much later than they are counted such permits may be used at last. A sliding window counts them as taken then,
    /// and tells times that are as much longer.
    /// </summary>
    public virtual TimeSpan LastUse => TimeSpan.Zero;

    /// <summary>
    /// Gets into how many parts a sliding window's segment is divided: the permits of a segment that is not the newest any more
    /// stay until the end of the part in which the last of them was taken has left the window. 0 if that moment is kept exactly.
    /// </summary>
    public virtual long SegmentParts => 1 << 13;

    /// <summary>Creates the partitions of a plan, which share nothing with those of others.</summary>
    public abstract PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas);
}
