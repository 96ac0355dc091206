using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics of partitions in this process's memory, under the meter of <see cref="RateLimitMetrics"/>.</summary>
/// <remarks>
/// Branches of a pipeline have limits of their own and share the meter. A meter has one counter with a name, but as many observed instruments
/// as are created, of which exporters keep the last value for the same tags. So a meter has one of these.
/// </remarks>
internal sealed class PartitionMetrics
{
    public const string LiveName = "rate_limit_headers.partitions";
    public const string DropsName = "rate_limit_headers.partition_drops";
    public const string OverflowsName = "rate_limit_headers.partition_overflows";

    private static readonly ConditionalWeakTable<Meter, PartitionMetrics> s_ofMeters = [];

    private readonly ConcurrentDictionary<PartitionBudget, KeyValuePair<string, object?>[]> _budgets = [];
    private readonly Counter<long> _drops;
    private readonly Counter<long> _overflows;

    private PartitionMetrics(Meter meter)
    {
        meter.CreateObservableUpDownCounter(LiveName, Observe, "{partition}", "Partitions in this server's memory: callers that it counts separately.");
        _drops = meter.CreateCounter<long>(DropsName, "{partition}", "Partitions that were dropped because all their permits were available again.");
        _overflows = meter.CreateCounter<long>(
            OverflowsName, "{request}", "Requests that were counted in a shared partition because the plan had reached MaxPartitions.");
    }

    /// <summary>Gets the metrics of a meter.</summary>
    public static PartitionMetrics Of(Meter meter) => s_ofMeters.GetValue(meter, static meter => new PartitionMetrics(meter));

    /// <summary>Observes how many partitions a plan has.</summary>
    public void Add(PartitionBudget budget, KeyValuePair<string, object?>[] tags) => _budgets.TryAdd(budget, tags);

    /// <summary>Stops observing a plan, because it is no longer in force.</summary>
    public void Remove(PartitionBudget budget) => _budgets.TryRemove(budget, out _);

    public void Dropped(KeyValuePair<string, object?>[] tags) => _drops.Measure(1, tags);

    public void Overflowed(KeyValuePair<string, object?>[] tags) => _overflows.Measure(1, tags);

    private IEnumerable<Measurement<int>> Observe() =>
        from plan in _budgets
        group plan by (plan.Value[0].Value, plan.Value[1].Value) into same
        select new Measurement<int>(same.Sum(plan => plan.Key.Taken), same.First().Value);
}
