namespace RateLimitHeaders.AspNetCore.Tests;

public class CostDefinitionTests
{
    private static readonly Func<RateLimitCaller, long> s_length = caller => caller.HttpContext.Request.ContentLength ?? 0;

    [Fact]
    public void Cost_NotGiven_IsOne() => Assert.Equal([("a", 1, null), ("slots", 1, null)], CostsOf(policy => policy
        .FixedWindow("a", 10, Minute)
        .Concurrency("slots", 10)));

    [Fact]
    public void Cost_ByNameUnitAndForAll_NameBeatsUnitBeatsAll() => Assert.Equal(
        [("uploads", 2, null), ("bytes", 4, null), ("other-bytes", 3, null), ("slots", 5, null), ("requests", 2, null)],
        CostsOf(policy => policy
            .Cost("bytes", 4)
            .Cost(QuotaUnits.ContentBytes, 3)
            .Cost(QuotaUnits.ConcurrentRequests, 5)
            .Cost(2)
            .FixedWindow("uploads", 10, Minute)
            .FixedWindow("bytes", 10, Minute, unit: QuotaUnits.ContentBytes)
            .SlidingWindow("other-bytes", 10, Minute, unit: QuotaUnits.ContentBytes)
            .Concurrency("slots", 10)
            .TokenBucket("requests", 10, Minute)));

    [Fact]
    public void Cost_NameThatIsAUnitToo_BeatsTheUnitOnlyForItsQuota() => Assert.Equal(
        [("requests", 7, null), ("a", 7, null), ("b", 3, null)],
        CostsOf(policy => policy
            .Cost("requests", 7)
            .Cost("b", 3)
            .FixedWindow("requests", 10, Minute, unit: QuotaUnits.ContentBytes)
            .FixedWindow("a", 10, Minute)
            .FixedWindow("b", 10, Minute)));

    [Fact]
    public void Cost_ByFunctions_IsTheFunction() => Assert.Equal(
        [("uploads", 1, null), ("bytes", 1, s_length)],
        CostsOf(policy => policy
            .Cost(QuotaUnits.ContentBytes, s_length)
            .FixedWindow("uploads", 10, Minute)
            .FixedWindow("bytes", 1_000_000_000, TimeSpan.FromDays(1), unit: QuotaUnits.ContentBytes)));

    [Fact]
    public void Cost_OfAQuotaBesideAFunctionForAll_IsItsOwn() => Assert.Equal(
        [("a", 1, s_length), ("b", 4, null)],
        CostsOf(policy => policy.Cost(s_length).Cost("b", 4).FixedWindow("a", 10, Minute).FixedWindow("b", 10, Minute)));

    [Fact]
    public void Cost_GivenSeveralTimes_IsTheLast() => Assert.Equal(
        [("a", 2, null), ("b", 1, s_length), ("c", 5, null)],
        CostsOf(policy => policy
            .Cost(s_length)
            .Cost(2)
            .Cost("b", 4)
            .Cost("b", s_length)
            .Cost("c", s_length)
            .Cost("c", 5)
            .FixedWindow("a", 10, Minute)
            .FixedWindow("b", 10, Minute)
            .FixedWindow("c", 10, Minute)));

    [Fact]
    public void Cost_OfAQuotaOfOnePlan_LeavesOtherPlans()
    {
        var plans = Definitions.Of(limits => limits.DefaultPolicy(policy => policy
            .Cost("bytes", 4)
            .For("user", plan => plan.FixedWindow("bytes", 10, Minute))
            .ForAnonymous(plan => plan.FixedWindow("requests", 10, Minute)))).Policies[0].Plans;

        Assert.Equal([("user", 4), ("anonymous", 1)], plans.Select(plan => (plan.TokenType, plan.QuotaDefinitions[0].Cost)));
    }

    private static IEnumerable<(string Quota, long Cost, Func<RateLimitCaller, long>? DynamicCost)> CostsOf(Action<PolicyBuilder> policy) =>
        Definitions.Of(limits => limits.DefaultPolicy(policy)).Policies[0].Plans[0].QuotaDefinitions
            .Select(quota => (quota.Quota.Description.Name, quota.Cost, quota.DynamicCost));
}
