namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A policy with one plan, for users alone, whose partitions the test can look into.</summary>
internal sealed class PolicyUnderTest : IDisposable
{
    private readonly RecordingLogger _log = new();
    private readonly CountedOverflows _overflows = new();
    private readonly RateLimitSnapshot _snapshot;
    private readonly TestCaller _caller;

    public PolicyUnderTest(int maxPartitions, params Quota[] quotas)
    {
        var plan = TestPlan.Of(quotas.Select(quota => new QuotaDefinition(quota, DynamicCost: CostOf)));
        Partitions = new MemoryPartitions(TestPlan.Create(Time, plan, maxPartitions, _overflows.Metrics, _log));
        _snapshot = TestSnapshot.Create(plan, Partitions, new CallerIdRule(), Time);
        _caller = CreateCaller();
    }

    public ManualTimeProvider Time { get; } = new();

    public MemoryPartitions Partitions { get; }

    /// <summary>Gets how often it was said that there is no room.</summary>
    public int Exhaustions => _log.Entries.Count(entry => entry.Id == EventIds.PartitionsExhausted);

    /// <summary>Gets how many requests went to the shared partition.</summary>
    public int Overflows => _overflows.Count;

    /// <summary>Creates what one thread asks with.</summary>
    public TestCaller CreateCaller() => new(_snapshot);

    /// <summary>Sends a request through the policy, as the middleware does.</summary>
    /// <returns>The decision, until the next request.</returns>
    public RateLimitDecision Ask(string id, long cost = 1) => _caller.Ask(id, cost);

    public void Dispose()
    {
        Partitions.Dispose();
        _overflows.Dispose();
    }

    private static long CostOf(RateLimitCaller caller) => (long)caller.HttpContext.Items[TestCaller.Cost]!;
}
