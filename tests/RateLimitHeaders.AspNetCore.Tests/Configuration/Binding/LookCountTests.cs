using Microsoft.Extensions.Configuration.Memory;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Configuration searches all of its keys for the children of a section, so that the time to read it is the number of searches times the number of keys.
/// </summary>
public class LookCountTests
{
    [Theory]
    [InlineData("""{ "Rate": "5/1h" }""", 2)]
    [InlineData("""{ "Algorithm": "FixedWindow", "PermitLimit": "5", "Window": "1h" }""", 4)]
    [InlineData("""{ "PermitLimit": "5", "Window": null }""", 3)]
    [InlineData("""{ "PermitLimit": "5", "Window": "1h", "DoNotCount": [ 404, 500 ] }""", 6)]
    public void Quota_AndEachOfItsSettings_IsOneSearch(string quota, int looks) =>
        Assert.Equal(2 + looks, LooksAt($$"""{ "Quotas": { "q": {{quota}} } }"""));

    [Theory]
    [InlineData("""{ "Ban": { "After": 5 } }""", 2)]
    [InlineData("""{ "Rejection": { "StatusCode": 503, "Body": "no" } }""", 3)]
    [InlineData("""{ "PlanForOthers": { "IsExempt": true } }""", 2)]
    public void Section_OfAPolicy_AndEachOfItsSettings_IsOneSearch(string policy, int looks) =>
        Assert.Equal(3 + looks, LooksAt($$"""{ "Policies": { "p": {{policy}} } }"""));

    [Fact]
    public void Policies_OfSeveralPlans_AreOneSearchForEachSectionAndSetting()
    {
        var plans = string.Join(", ", Enumerable.Range(0, 5).Select(plan => $$"""
            "type{{plan}}": { "Quotas": { "a": { "Rate": "5/1h" }, "b": { "Rate": "50/1d" }, "c": { "PermitLimit": 500, "Window": "30d" } } }
            """));

        // The section, Policies, and of each policy itself, Plans, and of each plan itself, Quotas, three quotas and four settings of them.
        Assert.Equal(2 + (2 * (2 + (5 * 9))), LooksAt($$"""{ "Policies": { "p": { "Plans": { {{plans}} } }, "q": { "Plans": { {{plans}} } } } }"""));
    }

    [Fact]
    public void Value_BelowWhichAnotherProviderHasSettings_IsAnError()
    {
        var section = new ConfigurationBuilder()
            .AddConfiguration(new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""").Root)
            .AddConfiguration(new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": { "PermitLimit": 7 } } } }""").Root)
            .Build()
            .GetSection("RateLimitHeaders");
        var options = new RateLimitHeadersOptions();

        LimitsSettings.Read(new SettingSection(section, string.Empty, options.Findings), options, store: null);

        Assert.Equal(("RLH0053", "Quotas:q:Rate"), Assert.Single(options.Findings.Errors.Select(error => (error.Id, error.Path))));
    }

    /// <summary>Reads the section <c>RateLimitHeaders</c>, and returns the number of searches for children.</summary>
    private static int LooksAt(string json)
    {
        var counting = new CountingProvider(new ChangingConfiguration(json).Root);
        var section = new ConfigurationRoot([counting]).GetSection("RateLimitHeaders");
        var options = new RateLimitHeadersOptions();
        LimitsSettings.Read(new SettingSection(section, string.Empty, options.Findings), options, store: null);
        Assert.Empty(options.Findings.Errors);
        return counting.Looks;
    }

    private sealed class CountingProvider(IConfiguration source)
        : MemoryConfigurationProvider(new MemoryConfigurationSource { InitialData = source.AsEnumerable() })
    {
        public int Looks { get; private set; }

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
        {
            Looks++;
            return base.GetChildKeys(earlierKeys, parentPath);
        }
    }
}
