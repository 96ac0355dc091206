using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What all policies of one configuration are made with.</summary>
internal sealed record PolicyContext(
    TimeProvider TimeProvider,
    PrincipalResolver Principals,
    IReadOnlyList<string> TokenTypes,
    HeadersWhen DefaultHeadersWhen,
    int MaxPartitions,
    QuotaStore? Store,
    RateLimitMetrics Metrics,
    ILogger Logger)
{
    /// <summary>Creates the budget of one plan's partitions.</summary>
    public PartitionBudget CreateBudget(string policy, string tokenType) =>
        new(MaxPartitions, () => Log.PartitionsExhausted(Logger, policy, tokenType, MaxPartitions));
}
