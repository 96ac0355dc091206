using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Settings of what is counted and owed that cannot work stop the start-up.</summary>
public class CountingErrorTests
{
    private const string Bytes = QuotaUnits.ContentBytes;

    private static readonly Dictionary<string, (Action<PolicyBuilder> Policy, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["negative debt"] = (
            policy => policy.FixedWindow("q", 10, Minute).MaxDebt("q", -1),
            new("RLH0291", "Policies:api:Quotas:q:MaxDebt", "MaxDebt is -1; give a number from 0 to 999,999,999,999,999, or none.")),
        ["debt of slots"] = (
            policy => policy.Concurrency("q", 10).MaxDebt("q", 1),
            new("RLH0209", "Policies:api:Quotas:q:MaxDebt", "MaxDebt is 1, which has no effect, because the algorithm is Concurrency; leave it out.")),
        ["bytes of another unit"] = (
            policy => policy.FixedWindow("q", 10, Minute).CountRequestBytes("q"),
            new("RLH0292", "Policies:api:Quotas:q:Unit", "Unit is \"requests\", and the quota counts bytes; give the unit \"content-bytes\".")),
        ["bytes of slots"] = (
            policy => policy.Concurrency("q", 10).CountResponseBytes("q"),
            new("RLH0209", "Policies:api:Quotas:q:CountBytes", "CountBytes is Response, which has no effect, because the algorithm is Concurrency; leave it out.")),
        ["bytes with a cost"] = (
            policy => policy.Cost(Bytes, 3).FixedWindow("q", 10, Minute, unit: Bytes).CountResponseBytes("q"),
            new("RLH0391", "Policies:api:Quotas:q:CountBytes", "Quota \"q\" counts bytes, and the policy has a cost of \"content-bytes\", "
                + "which also applies to it; keep one of the two.")),
        ["responses of slots"] = (
            policy => policy.Concurrency("q", 10).CountOnly("q", CountedResponses.Failures),
            new("RLH0209", "Policies:api:Quotas:q:CountOnly", "CountOnly is given, which has no effect, because the algorithm is Concurrency; leave it out.")),
        ["no status"] = (
            policy => policy.FixedWindow("q", 10, Minute).DoNotCount(200, 99),
            new("RLH0293", "Policies:api:Quotas:q:DoNotCount:1", "DoNotCount has 99; give statuses from 100 to 599.")),
        ["undefined bytes"] = (
            policy => policy.FixedWindow("q", 10, Minute).CountOnly((CountedResponses)7),
            new("RLH0006", "Policies:api:Quotas:q:CountOnly", "CountOnly is 7; give a value of CountedResponses.")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Setting_ThatCannotWork_StopsTheStart(string rule)
    {
        var (policy, error) = s_rules[rule];

        Assert.Equal(error, await Misconfigured.ErrorAsync(limits => limits.AddPolicy("api", policy)));
    }

    [Fact]
    public void Reset_OfLimitersOfTheApplication_StopsTheStart()
    {
        var options = Definitions.OptionsOf(limits => limits.AddPolicy("own", _ => RateLimitPartition.GetNoLimiter(1)));
        options.Policies["own"].ResetOnSuccess = true;

        Assert.Equal(
            [
                new("RLH0392", "Policies:own:ResetOnSuccess",
                    "ResetOnSuccess is True, and the policy has limiters of the application, which cannot be reset; leave it out."),
            ],
            Assert.Throws<RateLimitConfigurationException>(() => Definitions.Of(options)).Errors);
    }

    [Fact]
    public void Builder_WithoutAQuota_ThrowsAndNamesTheMissingQuota()
    {
        const string None = "Policies:api: there is no quota yet except concurrency quotas; add one before.";
        Assert.Equal(None, MessageOf<InvalidOperationException>(policy => policy.CountOnly(CountedResponses.Failures)));
        Assert.Equal(None, MessageOf<InvalidOperationException>(policy => policy.CountOnly(response => true)));
        Assert.Equal(None, MessageOf<InvalidOperationException>(policy => policy.Concurrency("slots", 1).DoNotCount(304)));
        Assert.Equal(
            "Policies:api: there is no quota \"p\" yet; add it before. (Parameter 'quotaName')",
            MessageOf<ArgumentException>(policy => policy.FixedWindow(1, Minute).MaxDebt("p", 1)));
    }

    private static string MessageOf<TException>(Action<PolicyBuilder> policy)
        where TException : Exception =>
        Assert.Throws<TException>(() => Definitions.OptionsOf(limits => limits.AddPolicy("api", policy))).Message;
}
