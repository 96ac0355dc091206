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
    /// Gets a value indicating whether permits are counted that nobody has used yet. Then a bucket may stand still for a while, a
    /// refund into it may give back less, and a sliding window may be full again before it says so.
    /// </summary>
    public virtual bool HoldsPermits => false;

    /// <summary>Creates the partitions of a plan, which share nothing with those of others.</summary>
    public abstract PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas);
}
