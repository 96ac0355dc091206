using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The plan and the services with which partitions are created.</summary>
public sealed class PartitionsContext
{
    internal PartitionsContext(PlanDefinition plan, int maxPartitions, TimeProvider timeProvider, RateLimitMetrics metrics, ILogger logger)
    {
        Plan = plan;
        MaxPartitions = maxPartitions;
        TimeProvider = timeProvider;
        Clock = RateLimitClock.For(timeProvider);
        Metrics = metrics;
        Logger = logger;
        Tags = PlanTags.Of(plan);
    }

    /// <summary>Gets the plan.</summary>
    public PlanDefinition Plan { get; }

    /// <summary>Gets the largest number of callers whose state this server may keep in memory.</summary>
    public int MaxPartitions { get; }

    /// <summary>Gets this server's time provider.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets this server's clock, by which decisions are timed.</summary>
    public RateLimitClock Clock { get; }

    /// <summary>Gets the log.</summary>
    public ILogger Logger { get; }

    internal RateLimitMetrics Metrics { get; }

    /// <summary>Gets the tags of metrics that concern the whole plan.</summary>
    internal KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>Logs that the plan has as many partitions as it may have.</summary>
    internal void ReportExhausted() => Log.PartitionsExhausted(Logger, Plan.PolicyName, Plan.TokenType, MaxPartitions);

    /// <summary>Counts a request that is counted in the shared partition.</summary>
    internal void ReportOverflow() => Metrics.Partitions.Overflowed(Tags);

    /// <summary>Counts a partition that was dropped because it was full again.</summary>
    internal void ReportDrop() => Metrics.Partitions.Dropped(Tags);
}
