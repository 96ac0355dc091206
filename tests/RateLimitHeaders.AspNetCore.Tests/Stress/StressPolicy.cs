using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The policy of a random plan, without a host, so that a test can look into its partitions.</summary>
internal sealed class StressPolicy : IDisposable
{
    public StressPolicy(StressPlan plan)
    {
        var log = NullLogger.Instance;
        List<Quota> quotas = [.. plan.Timed.Select((quota, i) => quota.Create($"q{i}"))];
        List<PlanQuota> planned = [.. quotas.Select(quota => new PlanQuota(quota, plan.LimitsChange ? caller => quota.Limit * ShareOf(caller) : null))];
        if (plan.Slots > 0)
        {
            var slots = Quota.Concurrency(StressPlan.SlotsName, plan.Slots, plan.Queue, plan.Order);
            quotas.Add(slots);
            planned.Add(new PlanQuota(slots, null));
        }

        var lastLimits = Enumerable.Repeat(double.NaN, quotas.Count).ToArray();
        Partitions = new PlanPartitions(new QuotaSet(Time, quotas), lastLimits, new PartitionBudget(plan.Room, () => { }), Time, () => { });
        var principals = new PrincipalResolver([new StressRule()], new AddressRule(TokenTypes.Anonymous, 64), log);
        var counted = new Plan("api", TokenTypes.User, planned, lastLimits, HeadersWhen.Always, Partitions, log);
        Policy = new QuotaPolicy(
            "api", "api", principals, new Dictionary<string, Plan?> { [TokenTypes.User] = counted }, staticCost: 1, CostOf, log);
        Emitter = new HeaderEmitter(new HeadersBuilder(new BuilderState()), RateLimitClock.For(Time), log);
    }

    public ManualTimeProvider Time { get; } = new();

    public PlanPartitions Partitions { get; }

    public QuotaPolicy Policy { get; }

    public HeaderEmitter Emitter { get; }

    public void Dispose() => Policy.Dispose();

    private static int CostOf(RateLimitCaller caller) => AskOf(caller.HttpContext).Cost;

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
