using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A policy with one plan, for users alone, whose partitions the test can look into.</summary>
internal sealed class PolicyUnderTest : IDisposable
{
    private readonly HeaderEmitter _emitter;
    private readonly QuotaPolicy _policy;
    private readonly TestCaller _caller;
    private int _exhaustions;
    private int _overflows;

    public PolicyUnderTest(int maxPartitions, params Quota[] quotas)
    {
        var log = NullLogger.Instance;
        Budget = new PartitionBudget(maxPartitions, () => Interlocked.Increment(ref _exhaustions));
        Partitions = new PlanPartitions(new QuotaSet(Time, quotas), [], Budget, Time, () => Interlocked.Increment(ref _overflows));
        var plan = new Plan(
            "api", TokenTypes.User, [.. quotas.Select(quota => new PlanQuota(quota, null))], [], HeadersWhen.Always, Partitions, log);
        var principals = new PrincipalResolver([new CallerIdRule()], new AddressRule(TokenTypes.Anonymous, 64), log);
        _policy = new QuotaPolicy(
            "api", "api", principals, new Dictionary<string, Plan?> { [TokenTypes.User] = plan }, staticCost: 1, CostOf, log);
        _emitter = new HeaderEmitter(new HeadersBuilder(new BuilderState()), RateLimitClock.For(Time), log);
        _caller = CreateCaller();
    }

    public ManualTimeProvider Time { get; } = new();

    public PartitionBudget Budget { get; }

    public PlanPartitions Partitions { get; }

    /// <summary>Gets how often it was said that there is no room.</summary>
    public int Exhaustions => _exhaustions;

    /// <summary>Gets how many requests went to the shared partition.</summary>
    public int Overflows => _overflows;

    /// <summary>Creates what one thread asks with.</summary>
    public TestCaller CreateCaller() => new(_policy, _emitter);

    /// <summary>Sends a request through the policy, as the middleware does.</summary>
    public QuotaLease Ask(string id, int cost = 1) => _caller.Ask(id, cost);

    public void Dispose() => _policy.Dispose();

    private static int CostOf(RateLimitCaller caller) => (int)caller.HttpContext.Items[TestCaller.Cost]!;
}
