using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What only options can say, and no builder.</summary>
public class OptionErrorTests
{
    private static readonly Dictionary<string, (QuotaOptions Quota, RateLimitConfigurationError Error)> s_quotas = new()
    {
        ["nothing but a limit"] = (
            new() { PermitLimit = 1 },
            new("RLH0202", "Quotas:q:Window", "Window is missing; give a time above zero, such as TimeSpan.FromMinutes(1), or \"1m\" in configuration.")),
        ["algorithm undefined"] = (
            new() { Algorithm = 0 }, new("RLH0006", "Quotas:q:Algorithm", "Algorithm is 0; give a value of QuotaAlgorithm.")),
        ["more slots than fit"] = (
            new() { Algorithm = QuotaAlgorithm.Concurrency, PermitLimit = 2_147_483_648 },
            new("RLH0201", "Quotas:q:PermitLimit", "PermitLimit is 2147483648; give at most 2147483647.")),
        ["bucket without window and rate"] = (
            new() { Algorithm = QuotaAlgorithm.TokenBucket, PermitLimit = 1 },
            new("RLH0202", "Quotas:q:Window", "Window is missing; give a time above zero, such as TimeSpan.FromMinutes(1), or \"1m\" in configuration.")),
        ["bucket with window and rate"] = (
            new() { Algorithm = QuotaAlgorithm.TokenBucket, PermitLimit = 1, Window = Minute, RefillPerSecond = 0.5 },
            WithoutEffect("RefillPerSecond", "0.5", "the bucket fills in a Window")),
        ["rate of a window"] = (
            new() { PermitLimit = 1, Window = Minute, RefillPerSecond = 2 },
            WithoutEffect("RefillPerSecond", "2", "the algorithm is FixedWindow")),
        ["segments of a fixed window"] = (
            new() { PermitLimit = 1, Window = Minute, Segments = 6 }, WithoutEffect("Segments", "6", "the algorithm is FixedWindow")),
        ["alignment of a sliding window"] = (
            new() { Algorithm = QuotaAlgorithm.SlidingWindow, PermitLimit = 1, Window = Minute, AlignToClock = true },
            WithoutEffect("AlignToClock", "True", "the algorithm is SlidingWindow")),
        ["queue of a bucket"] = (
            new() { Algorithm = QuotaAlgorithm.TokenBucket, PermitLimit = 1, Window = Minute, QueueLimit = 1 },
            WithoutEffect("QueueLimit", "1", "the algorithm is TokenBucket")),
        ["order of a window"] = (
            new() { PermitLimit = 1, Window = Minute, QueueProcessingOrder = QueueProcessingOrder.NewestFirst },
            WithoutEffect("QueueProcessingOrder", "NewestFirst", "the algorithm is FixedWindow")),
        ["wait of a window"] = (
            new() { PermitLimit = 1, Window = Minute, RetryAfter = Minute },
            WithoutEffect("RetryAfter", "00:01:00", "the algorithm is FixedWindow")),
        ["window of slots"] = (
            new() { Algorithm = QuotaAlgorithm.Concurrency, PermitLimit = 1, Window = Minute },
            WithoutEffect("Window", "00:01:00", "the algorithm is Concurrency")),
        ["display undefined"] = (
            new() { PermitLimit = 1, Window = Minute, Display = (QuotaDisplay)3 },
            new("RLH0006", "Quotas:q:Display", "Display is 3; give a value of QuotaDisplay.")),
        ["unit of slots"] = (
            new() { Algorithm = QuotaAlgorithm.Concurrency, PermitLimit = 1, Unit = QuotaUnits.ContentBytes },
            WithoutEffect("Unit", "\"content-bytes\"", "the algorithm is Concurrency")),
    };

    public static TheoryData<string> Quotas => [.. s_quotas.Keys];

    [Theory]
    [MemberData(nameof(Quotas))]
    public void Quota_Unusable_IsOneError(string rule)
    {
        var (quota, error) = s_quotas[rule];
        var options = new RateLimitHeadersOptions();
        options.Quotas.Add("q", quota);

        Assert.Equal([error], Definitions.ErrorsOf(options));
    }

    [Fact]
    public void Quota_RefillBesideAFunction_IsAnError()
    {
        var options = Definitions.OptionsOf(limits => limits.TokenBucket("q", _ => 10, Minute));
        options.Quotas["q"].RefillPerSecond = 3;

        Assert.Equal([WithoutEffect("RefillPerSecond", "3", "the bucket fills in a Window")], Definitions.ErrorsOf(options));
    }

    [Fact]
    public void Quota_UnitOfSlotsAsItIs_IsNoError()
    {
        var options = new RateLimitHeadersOptions();
        options.Quotas.Add("q", new() { Algorithm = QuotaAlgorithm.Concurrency, PermitLimit = 1, Unit = QuotaUnits.ConcurrentRequests });

        Assert.Equal([Quota.Concurrency("q", 1)], Definitions.Of(options).Policies[0].Plans[0].Quotas);
    }

    [Fact]
    public void ForeignPolicy_WithSettingsOfQuotas_IsAnError()
    {
        Action<PolicyOptions>[] settings =
        [
            policy => policy.Quotas.Add("q", new()),
            policy => policy.Plans.Add("user", new()),
            policy => policy.PlanForOthers = new(),
            policy => policy.Cost = 2,
            policy => policy.Costs.Add("q", 1),
            policy => policy.Reason = "one-at-a-time",
        ];
        Assert.All(settings, set =>
        {
            var options = Definitions.OptionsOf(limits => limits.AddPolicy("api", Foreign));
            set(options.Policies["api"]);

            Assert.Equal(
                [
                    new("RLH0310", "Policies:api", "The policy has limiters of the application in addition to quotas, plans, costs, principals, PartitionBy…, a shared resource or a reason, "
                        + "which do not apply to them; keep one of the two."),
                ],
                Definitions.ErrorsOf(options));
        });
    }

    [Fact]
    public void ForeignPolicy_WithHeadersAndResource_HasOnePlanOfNoQuotas()
    {
        var policy = Assert.Single(Definitions.Of(limits => limits.AddPolicy("api", Foreign, "all", HeadersWhen.Rejected)).Policies);

        Assert.Equal(("api", "all"), (policy.Name, policy.Resource));
        Assert.Equal(new ForeignPartitioner<int>(Foreign), policy.Foreign);
        var plan = Assert.Single(policy.Plans);
        Assert.Equal(("api", "none", HeadersWhen.Rejected), (plan.PolicyName, plan.TokenType, plan.Headers));
        Assert.Empty(plan.Quotas);
    }

    private static RateLimitPartition<int> Foreign(HttpContext context) => RateLimitPartition.GetNoLimiter(1);

    private static RateLimitConfigurationError WithoutEffect(string setting, string value, string reason) =>
        new("RLH0209", $"Quotas:q:{setting}", $"{setting} is {value}, which has no effect, because {reason}; leave it out.");
}
