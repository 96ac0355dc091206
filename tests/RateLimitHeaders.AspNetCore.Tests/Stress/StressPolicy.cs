namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The policy of a random plan, without a host, so that a test can look into its partitions.</summary>
internal sealed class StressPolicy : IDisposable
{
    private readonly RateLimitMetrics _metrics = new(factory: null);

    public StressPolicy(StressPlan plan)
    {
        List<QuotaDefinition> quotas = [.. plan.Timed.Select((quota, i) => new QuotaDefinition(
            quota.Create($"q{i}"), plan.LimitsChange ? caller => quota.Limit * ShareOf(caller) : null, DynamicCost: CostOf))];
        if (plan.Slots > 0)
        {
            quotas.Add(new(Quota.Concurrency(StressPlan.SlotsName, plan.Slots, plan.Queue, plan.Order), DynamicCost: CostOf));
        }

        var definition = TestPlan.Of(quotas);
        Partitions = new MemoryPartitions(TestPlan.Create(Time, definition, plan.Room, _metrics));
        Snapshot = TestSnapshot.Create(definition, Partitions, new StressRule(), Time);
    }

    public ManualTimeProvider Time { get; } = new();

    public MemoryPartitions Partitions { get; }

    public RateLimitSnapshot Snapshot { get; }

    public void Dispose()
    {
        Partitions.Dispose();
        _metrics.Dispose();
    }

    private static long CostOf(RateLimitCaller caller) => AskOf(caller.HttpContext).Cost;

    private static double ShareOf(in RateLimitCaller caller) => AskOf(caller.HttpContext).Share;

    private static StressRequest AskOf(HttpContext context) => context.Features.Get<StressRequest>()!;

    /// <summary>Half of the callers are told apart by a text, half by an address.</summary>
    private sealed class StressRule() : PrincipalRule("StressRule", AspNetCore.TokenTypes.User)
    {
        public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
        {
            var caller = AskOf(context).Caller;
            principal = caller % 2 == 0
                ? new RateLimitPrincipal(TokenType, $"caller {caller}")
                : new RateLimitPrincipal(TokenType, (UInt128)caller);
            return true;
        }
    }
}
