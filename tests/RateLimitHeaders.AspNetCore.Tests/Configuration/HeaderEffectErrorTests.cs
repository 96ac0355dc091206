namespace RateLimitHeaders.AspNetCore.Tests;

public class HeaderEffectErrorTests
{
    private static readonly Dictionary<string, (string Headers, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["pk without a draft"] = (
            """{ "Ietf": { "IncludePartitionKey": true } }""",
            WithoutEffect("Ietf:IncludePartitionKey", "IncludePartitionKey is True", "the Draft is None, and only draft -11 has pk; give the Draft Draft11, or leave it out.")),
        ["pk of draft 06"] = (
            """{ "Ietf": { "Draft": "Draft06", "IncludePartitionKey": true } }""",
            WithoutEffect("Ietf:IncludePartitionKey", "IncludePartitionKey is True", "the Draft is Draft06, and only draft -11 has pk; give the Draft Draft11, or leave it out.")),
        ["pk of draft 07"] = (
            """{ "Ietf": { "Draft": "Draft07", "IncludePartitionKey": true } }""",
            WithoutEffect("Ietf:IncludePartitionKey", "IncludePartitionKey is True", "the Draft is Draft07, and only draft -11 has pk; give the Draft Draft11, or leave it out.")),
        ["prefix of no draft"] = (
            """{ "Ietf": { "Prefix": "Beta-" } }""",
            WithoutEffect("Ietf:Prefix", "Prefix is \"Beta-\"", "no Draft is chosen; give a Draft, or leave it out.")),
        ["name of a field that is not written by default"] = (
            """{ "XRateLimit": { "Names": { "Used": "X-Used" } } }""",
            WithoutEffect("XRateLimit:Names:Used", "The name of Used is \"X-Used\"", "Used is not written; add Used to Fields, or leave it out.")),
        ["name of a field that is not chosen"] = (
            """{ "XRateLimit": { "Fields": "Remaining", "Names": { "Limit": "X-Limit" } } }""",
            WithoutEffect("XRateLimit:Names:Limit", "The name of Limit is \"X-Limit\"", "Limit is not written; add Limit to Fields, or leave it out.")),
        ["name of what remains beside a draft"] = (
            """{ "XRateLimit": { "Names": { "Remaining": "X-Left" } }, "Ietf": { "Draft": "Draft11" } }""",
            WithoutEffect("XRateLimit:Names:Remaining", "The name of Remaining is \"X-Left\"", "Remaining is not written; add Remaining to Fields, or leave it out.")),
        ["prefix beside a draft"] = (
            """{ "XRateLimit": { "Prefix": "X-Rate-Limit-" }, "Ietf": { "Draft": "Draft11" } }""",
            WithoutEffect("XRateLimit:Prefix", "Prefix is \"X-Rate-Limit-\"", "none of its fields is written; give Fields, or leave it out.")),
        ["prefix of fields that are all renamed"] = (
            """{ "XRateLimit": { "Prefix": "X-Rate-Limit-", "Fields": "Limit, Remaining", "Names": { "Limit": "X-Limit", "Remaining": "X-Left" } } }""",
            WithoutEffect("XRateLimit:Prefix", "Prefix is \"X-Rate-Limit-\"", "all fields that are written have names of their own; leave it out.")),
        ["format of Reset beside a draft"] = (
            """{ "XRateLimit": { "Reset": "DeltaSeconds" }, "Ietf": { "Draft": "Draft11" } }""",
            WithoutEffect("XRateLimit:Reset", "Reset is DeltaSeconds", "Reset is not written; add Reset to Fields, or leave it out.")),
        ["format of Reset without the field"] = (
            """{ "XRateLimit": { "Fields": "Limit, NearLimit", "Reset": "Iso8601" } }""",
            WithoutEffect("XRateLimit:Reset", "Reset is Iso8601", "Reset is not written; add Reset to Fields, or leave it out.")),
        ["whole limit without the field"] = (
            """{ "XRateLimit": { "Fields": "Remaining", "WholeLimit": true } }""",
            WithoutEffect("XRateLimit:WholeLimit", "WholeLimit is True", "Limit is not written; add Limit to Fields, or leave it out.")),
        ["no fields without a draft"] = (
            """{ "XRateLimit": { "Fields": "None" } }""",
            WithoutEffect("XRateLimit:Fields", "Fields is None", "Limit, Remaining, Reset are written if no Draft is chosen; give a Draft, or Headers:When Never for no fields.")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Setting_WithoutEffect_IsOneError(string rule)
    {
        var (headers, error) = s_rules[rule];

        Assert.Equal([error], Configured.ErrorsOf($$"""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": {{headers}} }"""));
    }

    /// <summary>What has an effect, or is a default that is written out.</summary>
    [Theory]
    [InlineData("""{ "XRateLimit": { "Prefix": "X-Rate-Limit-" } }""")]
    [InlineData("""{ "XRateLimit": { "Prefix": "X-Rate-Limit-", "Names": { "Limit": "X-Limit" } } }""")]
    [InlineData("""{ "XRateLimit": { "Prefix": "X-Rate-Limit-", "Fields": "Limit" }, "Ietf": { "Draft": "Draft11" } }""")]
    [InlineData("""{ "XRateLimit": { "Fields": "Limit", "Names": { "Remaining": "X-Left" } } }""")]
    [InlineData("""{ "XRateLimit": { "Prefix": "X-RateLimit-", "Fields": "None" }, "Ietf": { "Draft": "Draft11", "Prefix": "" } }""")]
    [InlineData("""{ "XRateLimit": { "Fields": "Limit, Reset", "Reset": "Iso8601", "WholeLimit": true } }""")]
    [InlineData("""{ "XRateLimit": { "Fields": "Remaining", "Reset": "UnixSeconds", "WholeLimit": false } }""")]
    [InlineData("""{ "When": "Never", "XRateLimit": { "Fields": "None" } }""")]
    [InlineData("""{ "Ietf": { "Draft": "None", "IncludePartitionKey": false, "PartitionKeySecret": "AAECAwQFBgcICQoLDA0ODw==" } }""")]
    [InlineData("""{ "ReasonField": "RateLimit-Reason", "ReportOnlyPrefix": "" }""")]
    public void Setting_WithAnEffect_IsNoError(string headers) =>
        Assert.Equal(["default"], Configured.Define($$"""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": {{headers}} }""").Policies.Select(policy => policy.Name));

    /// <summary>Whatever a preset chooses beside its fields, configuration may leave out some of them.</summary>
    [Theory]
    [InlineData("""{ "XRateLimit": { "Fields": "Remaining" } }""")]
    [InlineData("""{ "XRateLimit": { "Fields": "None" }, "Ietf": { "Draft": "Draft11" } }""")]
    public void Preset_WithFewerFields_IsNoError(string headers) => Assert.Equal(
        ["default"],
        Configured.Define(
            $$"""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": {{headers}} }""", limits => limits.Headers(names => names.Jira().GitHub()))
            .Policies.Select(policy => policy.Name));

    /// <summary>What code renames, configuration may leave out.</summary>
    [Fact]
    public void Name_OfCode_ForAFieldThatConfigurationLeavesOut_IsNoError() => Assert.Equal(
        ["default"],
        Configured.Define(
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "XRateLimit": { "Fields": "Limit, Remaining" } } }""",
            limits => limits.Headers(headers => headers.XRateLimit(fields => fields.Rename(XRateLimitFields.Reset, "X-Rate-Reset"))))
            .Policies.Select(policy => policy.Name));

    /// <summary>What begins or completes fields of code, configuration may leave out with the fields.</summary>
    [Theory]
    [InlineData("""{ "XRateLimit": { "Fields": "Limit" }, "Ietf": { "Draft": "None" } }""")]
    [InlineData("""{ "XRateLimit": { "Fields": "Limit" }, "Ietf": { "Draft": "Draft07" } }""")]
    [InlineData("""{ "XRateLimit": { "Fields": "None" } }""")]
    public void Prefix_OfCode_ForFieldsThatConfigurationLeavesOut_IsNoError(string headers) => Assert.Equal(
        ["default"],
        Configured.Define(
            $$"""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": {{headers}} }""",
            limits => limits.Headers(names => names.XRateLimit(fields => fields.Prefix = "X-Rate-Limit-").Ietf(fields =>
            {
                (fields.Draft, fields.Prefix, fields.IncludePartitionKey) = (IetfDraft.Draft11, "Beta-", true);
            })))
            .Policies.Select(policy => policy.Name));

    [Fact]
    public void Secret_OfNothing_IsAnError() => Assert.Equal(
        [
            new("RLH0407", "Headers:Ietf:PartitionKeySecret", "PartitionKeySecret has 0 bytes; give 16 or more, or none, so that one is generated."),
        ],
        Configured.ErrorsOf("""{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "Ietf": { "PartitionKeySecret": "" } } }"""));

    private static RateLimitConfigurationError WithoutEffect(string setting, string what, string why) =>
        new("RLH0420", $"Headers:{setting}", $"{what}, which has no effect, because {why}");
}
