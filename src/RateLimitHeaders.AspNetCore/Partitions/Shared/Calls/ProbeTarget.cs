namespace RateLimitHeaders.AspNetCore;

/// <summary>The target of a probe, which checks whether a store can count a caller of a plan.</summary>
/// <param name="Partitions">The partitions of the plan.</param>
/// <param name="Principal">The caller.</param>
internal readonly record struct ProbeTarget(StorePartitions Partitions, RateLimitPrincipal Principal);
