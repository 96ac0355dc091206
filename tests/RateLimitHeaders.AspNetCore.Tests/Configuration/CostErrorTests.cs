namespace RateLimitHeaders.AspNetCore.Tests;

public class CostErrorTests
{
    private const string Range = "give a number from 0 to 999,999,999,999,999, or PermitCost.AnyLeft.";
    private const string AboveLimit = "raise the limit or lower the cost, or else no request is ever admitted.";

    private static readonly Dictionary<string, (Action<PolicyBuilder> Policy, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["above the limit"] = (
            policy => policy.Cost(11).FixedWindow(10, Minute),
            new("RLH0323", "Policies:api:Quotas:default:PermitLimit", "PermitLimit is 10, less than the cost of 11 permits; " + AboveLimit)),
        ["above the limit of one quota"] = (
            policy => policy
                .Cost(3)
                .For("user", plan => plan.FixedWindow("small", 2, Minute).FixedWindow("large", 3, Minute).FixedWindow("asked", _ => 1, Minute))
                .ForOthers(plan => plan.FixedWindow(3, Minute)),
            new("RLH0323", "Policies:api:Plans:user:Quotas:small:PermitLimit", "PermitLimit is 2, less than the cost of 3 permits; " + AboveLimit)),
        ["above a fractional limit"] = (
            policy => policy.Cost(3).TokenBucket("q", 2.5, Minute),
            new("RLH0323", "Policies:api:Quotas:q:PermitLimit", "PermitLimit is 2.5, less than the cost of 3 permits; " + AboveLimit)),
        ["of a quota, above its limit"] = (
            policy => policy.Cost("bytes", 101).FixedWindow("bytes", 100, Minute).FixedWindow("uploads", 10, Minute),
            new("RLH0323", "Policies:api:Quotas:bytes:PermitLimit", "PermitLimit is 100, less than the cost of 101 permits; " + AboveLimit)),
        ["of a unit, above a limit"] = (
            policy => policy
                .Cost(QuotaUnits.ContentBytes, 101)
                .Cost("large", 5)
                .FixedWindow("small", 100, Minute, unit: QuotaUnits.ContentBytes)
                .FixedWindow("large", 10, Minute, unit: QuotaUnits.ContentBytes),
            new("RLH0323", "Policies:api:Quotas:small:PermitLimit", "PermitLimit is 100, less than the cost of 101 permits; " + AboveLimit)),
        ["negative"] = (
            policy => policy.Cost(-2).FixedWindow(10, Minute), new("RLH0321", "Policies:api:Cost", $"Cost is -2; {Range}")),
        ["too large"] = (
            policy => policy.Cost(1_000_000_000_000_000).FixedWindow("q", _ => 10, Minute),
            new("RLH0321", "Policies:api:Cost", $"Cost is 1000000000000000; {Range}")),
        ["of a quota, negative"] = (
            policy => policy.Cost("q", -3).FixedWindow("q", 10, Minute),
            new("RLH0321", "Policies:api:Costs:q", $"The cost of \"q\" is -3; {Range}")),
        ["of no quota"] = (
            policy => policy
                .Cost("byte", 0)
                .For("user", plan => plan.FixedWindow("bytes", 10, Minute))
                .ForOthers(plan => plan.FixedWindow("bytes", 5, Minute).FixedWindow("uploads", 1, Minute)),
            Unmatched("byte", "\"bytes\", \"uploads\"")),
        ["of no quota, by a function"] = (
            policy => policy.Cost(QuotaUnits.ContentBytes, _ => 1).FixedWindow(10, Minute), Unmatched("content-bytes", "\"default\"")),
        ["of a unit that a concurrency quota does not have"] = (
            policy => policy.Cost(QuotaUnits.Requests, 0).Concurrency("slots", 1), Unmatched("requests", "\"slots\"")),
        ["of no quota, where all callers are exempt"] = (
            policy => policy.Cost("q", 2).ForOthers(plan => plan.Exempt()),
            new("RLH0322", "Policies:api:Costs:q",
                "There is a cost of \"q\", which no quota of the policy has as its name or unit; correct it or leave it out. There is none.")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Cost_Unusable_StopsTheStart(string rule)
    {
        var (policy, error) = s_rules[rule];

        Assert.Equal(error, await Misconfigured.ErrorAsync(limits => limits.AddPolicy("api", policy)));
    }

    [Fact]
    public void Cost_AtTheEdges_IsUsable()
    {
        var quotas = Definitions.Of(limits => limits.DefaultPolicy(policy => policy
            .Cost(10)
            .Cost("free", 0)
            .Cost("open", PermitCost.AnyLeft)
            .Cost("large", 999_999_999_999_999)
            .FixedWindow("exact", 10, Minute)
            .FixedWindow("free", 1, Minute)
            .FixedWindow("open", 1, Minute)
            .FixedWindow("large", 999_999_999_999_999, Minute)
            .FixedWindow("asked", _ => 1, Minute))).Policies[0].Plans[0].QuotaDefinitions;

        Assert.Equal([10, 0, PermitCost.AnyLeft, 999_999_999_999_999, 10], quotas.Select(quota => quota.Cost));
    }

    private static RateLimitConfigurationError Unmatched(string key, string quotas) => new(
        "RLH0322",
        $"Policies:api:Costs:{key}",
        $"There is a cost of \"{key}\", which no quota of the policy has as its name or unit; correct it or leave it out. The quotas are {quotas}.");
}
