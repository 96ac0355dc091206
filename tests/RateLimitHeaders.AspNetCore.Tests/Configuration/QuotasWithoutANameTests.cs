using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Every algorithm can be added without a name, to the limits, a policy and a plan.</summary>
public class QuotasWithoutANameTests
{
    [Fact]
    public void Concurrency_WithoutAName_IsNamedDefault() => Assert.Equal(
        ("default", QuotaAlgorithm.Concurrency, 5, 0, QueueProcessingOrder.OldestFirst, TimeSpan.FromSeconds(1)),
        Settings(Definitions.OptionsOf(limits => limits.Concurrency(5)).Quotas));

    [Fact]
    public void Concurrency_WithoutANameInAPolicy_KeepsItsOtherSettings() => Assert.Equal(
        ("default", QuotaAlgorithm.Concurrency, 5, 2, QueueProcessingOrder.NewestFirst, Minute),
        Settings(Definitions.OptionsOf(limits => limits
            .DefaultPolicy(policy => policy.Concurrency(5, 2, QueueProcessingOrder.NewestFirst, Minute))).Policies["default"].Quotas));

    [Fact]
    public void TokenBucket_WithAPeriodAndWithoutAName_IsNamedDefault()
    {
        var plan = Definitions.OptionsOf(limits => limits.DefaultPolicy(policy => policy.ForOthers(others => others.TokenBucket(0.5 + 1, Minute))))
            .Policies["default"].PlanForOthers!;

        var (name, quota) = Assert.Single(plan.Quotas);
        Assert.Equal(
            ("default", QuotaAlgorithm.TokenBucket, 1.5, Minute, null),
            (name, quota.Algorithm, quota.PermitLimit, quota.Window, quota.RefillPerSecond));
    }

    private static (string, QuotaAlgorithm, double, int, QueueProcessingOrder, TimeSpan) Settings(OrderedDictionary<string, QuotaOptions> quotas)
    {
        var (name, quota) = Assert.Single(quotas);
        return (name, quota.Algorithm, quota.PermitLimit, quota.QueueLimit, quota.QueueProcessingOrder, quota.RetryAfter);
    }
}
