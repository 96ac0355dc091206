using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics of partitions in this process's memory, under the meter of <see cref="RateLimitMetrics"/>.</summary>
internal sealed class PartitionMetrics
{
    public const string LiveName = "rate_limit_headers.partitions";
    public const string DropsName = "rate_limit_headers.partition_drops";
    public const string OverflowsName = "rate_limit_headers.partition_overflows";

    private readonly ConcurrentDictionary<PartitionBudget, KeyValuePair<string, object?>[]> _budgets = [];
    private readonly Counter<long> _drops;
    private readonly Counter<long> _overflows;

    public PartitionMetrics(Meter meter)
    {
        meter.CreateObservableUpDownCounter(LiveName, Observe, "{partition}", "Partitions in this server's memory: callers that it counts apart.");
        _drops = meter.CreateCounter<long>(DropsName, "{partition}", "Partitions that were dropped, since they were full again.");
        _overflows = meter.CreateCounter<long>(
            OverflowsName, "{request}", "Requests that were counted in the shared partition, since the plan had as many as it may have.");
    }

    /// <summary>Observes how many partitions a plan has.</summary>
    public void Add(PartitionBudget budget, KeyValuePair<string, object?>[] tags) => _budgets.TryAdd(budget, tags);

    /// <summary>Ends that, since the plan is not in force any more.</summary>
    public void Remove(PartitionBudget budget) => _budgets.TryRemove(budget, out _);

    public void Dropped(KeyValuePair<string, object?>[] tags) => _drops.Measure(1, tags);

    public void Overflowed(KeyValuePair<string, object?>[] tags) => _overflows.Measure(1, tags);

    private IEnumerable<Measurement<int>> Observe()
    {
        foreach (var (budget, tags) in _budgets)
        {
            yield return new Measurement<int>(budget.Taken, tags);
        }
    }
}
