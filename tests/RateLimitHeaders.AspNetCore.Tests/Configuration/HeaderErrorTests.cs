namespace RateLimitHeaders.AspNetCore.Tests;

public class HeaderErrorTests
{
    private static readonly RateLimitConfigurationError s_severalDrafts = new(
        "RLH0401",
        "Headers:Ietf:Draft",
        "Several of Ietf(), IetfDraft07() and IetfDraft06() are chosen, which all write RateLimit-Policy; choose one.");

    private static readonly Dictionary<string, (Action<HeadersBuilder> Headers, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["name with a space"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X Limit")), NotAName("Names", "X Limit")),
        ["name with a line break"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X\r\nSet-Cookie")), NotAName("Names", "X\r\nSet-Cookie")),
        ["name not ASCII"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-\u00e4")), NotAName("Names", "X-\u00e4")),
        ["name of a field with another meaning"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "content-length")),
            new("RLH0402", "Headers:XRateLimit:Names", "\"content-length\" is the name of a field with another meaning; give a name of its own.")),
        ["reason in a field with another meaning"] = (
            headers => headers.XRateLimit().Reason("Retry-After"),
            new("RLH0402", "Headers:ReasonField", "\"Retry-After\" is the name of a field with another meaning; give a name of its own.")),
        ["reason in a field of gRPC"] = (
            headers => headers.XRateLimit().Reason("grpc-status-details-bin"),
            new("RLH0402", "Headers:ReasonField", "\"grpc-status-details-bin\" is the name of a field with another meaning; give a name of its own.")),
        ["name of a field for browsers"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "access-control-expose-headers")),
            new("RLH0402", "Headers:XRateLimit:Names", "\"access-control-expose-headers\" is the name of a field with another meaning; give a name of its own.")),
        ["prefix"] = (
            headers => headers.XRateLimit(x =>
            {
                x.Fields = XRateLimitFields.Limit;
                x.Prefix = "X:";
            }),
            NotAName("Prefix", "X:Limit")),
        ["two fields of one name"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-A").Rename(XRateLimitFields.Remaining, "x-a")),
            Repeated("X-A")),
        ["two fields of one name, with those of report-only plans"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-A").Rename(XRateLimitFields.Remaining, "X-A")).ReportOnly(),
            Repeated("X-A")),
        ["a field named like one of the IETF's"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "ratelimit")).Ietf(), Repeated("ratelimit")),
        ["a field named like one of draft 07"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "RateLimit-Policy")).IetfDraft07(), Repeated("RateLimit-Policy")),
        ["a prefix as of draft 06"] = (
            headers => headers.XRateLimit(x =>
            {
                x.Fields = XRateLimitFields.Reset;
                x.Prefix = "RateLimit-";
            }).IetfDraft06(),
            Repeated("RateLimit-Reset")),
        ["a field for the reason named like one of the limit's"] = (
            headers => headers.XRateLimit().Reason("x-ratelimit-limit"), Repeated("X-RateLimit-Limit", "ReasonField")),
        ["a field for the reason named like one of the IETF's"] = (
            headers => headers.Ietf().Reason("RateLimit"), Repeated("RateLimit", "ReasonField")),
        ["a field of report-only plans named like another family's"] = (
            headers => headers.XRateLimit(x => x.Fields = XRateLimitFields.Reset).IetfDraft06().ReportOnly("X-"),
            Repeated("X-RateLimit-Reset", "ReportOnlyPrefix")),
        ["a field of report-only plans named like the reason"] = (
            headers => headers.Ietf().ReportOnly().Reason("Beta-RateLimit"), Repeated("Beta-RateLimit", "ReportOnlyPrefix")),
        ["a name for two fields"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit | XRateLimitFields.Used, "X-A")),
            new("RLH0408", "Headers:XRateLimit:Names:Limit, Used", "The name \"X-A\" is given for Limit, Used; give it for one field.")),
        ["a name for no field"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.None, "X-A")),
            new("RLH0408", "Headers:XRateLimit:Names:None", "The name \"X-A\" is given for None; give it for one field.")),
        ["two drafts"] = (headers => headers.Ietf().IetfDraft07(), s_severalDrafts),
        ["three drafts"] = (headers => headers.IetfDraft07().IetfDraft06().Ietf(), s_severalDrafts),
        ["Reset undefined"] = (
            headers => headers.XRateLimit(x => x.Reset = (ResetFormat)99),
            new("RLH0006", "Headers:XRateLimit:Reset", "Reset is 99; give a value of ResetFormat.")),
        ["Draft undefined"] = (
            headers => headers.Ietf(ietf => ietf.Draft = (IetfDraft)8),
            new("RLH0006", "Headers:Ietf:Draft", "Draft is 8; give a value of IetfDraft.")),
        ["Fields undefined"] = (
            headers => headers.XRateLimit(x => x.Fields |= (XRateLimitFields)64),
            new("RLH0006", "Headers:XRateLimit:Fields", "Fields is 71; give values of XRateLimitFields.")),
        ["Existing undefined"] = (
            headers => headers.Existing((ExistingFields)3), new("RLH0006", "Headers:Existing", "Existing is 3; give a value of ExistingFields.")),
        ["When undefined"] = (
            headers => headers.When((HeadersWhen)99), new("RLH0006", "Headers:When", "When is 99; give a value of HeadersWhen.")),
        ["NearLimit 0"] = (headers => headers.NearLimit(0), NearLimit("0")),
        ["NearLimit 1"] = (headers => headers.Bitbucket(nearLimit: 1), NearLimit("1")),
        ["NearLimit NaN"] = (headers => headers.NearLimit(double.NaN), NearLimit("NaN")),
        ["Jitter negative"] = (
            headers => headers.Jitter(TimeSpan.FromSeconds(-1)),
            new("RLH0406", "Headers:Jitter", "Jitter is -00:00:01; give a time from zero to 36525 days.")),
        ["Jitter too long"] = (
            headers => headers.Jitter(TimeSpan.FromDays(36_526)),
            new("RLH0406", "Headers:Jitter", "Jitter is 36526.00:00:00; give a time from zero to 36525 days.")),
        ["CapAdvertisedRate below 1"] = (headers => headers.CapAdvertisedRate(0.5), AdvertisedRate("0.5")),
        ["CapAdvertisedRate NaN"] = (headers => headers.CapAdvertisedRate(double.NaN), AdvertisedRate("NaN")),
        ["secret too short"] = (
            headers => headers.Ietf(ietf => ietf.PartitionKey(new byte[15])),
            new("RLH0407", "Headers:Ietf:PartitionKeySecret",
                "PartitionKeySecret has 15 bytes; give 16 or more, or none, so that one is generated.")),
        ["secret that a call gives, empty"] = (
            headers => headers.Ietf(ietf => ietf.PartitionKey(Array.Empty<byte>())),
            new("RLH0407", "Headers:Ietf:PartitionKeySecret",
                "PartitionKeySecret has 0 bytes; give 16 or more, or none, so that one is generated.")),
        ["secret empty"] = (
            headers => headers.Ietf(ietf => ietf.PartitionKeySecret = []),
            new("RLH0407", "Headers:Ietf:PartitionKeySecret",
                "PartitionKeySecret has 0 bytes; give 16 or more, or none, so that one is generated.")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Header_Unusable_StopsTheStart(string rule)
    {
        var (headers, error) = s_rules[rule];

        Assert.Equal(error, await Misconfigured.ErrorAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).Headers(headers)));
    }

    [Fact]
    public async Task Headers_AtTheEdges_AreUsable()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).Headers(headers => headers
            .XRateLimit(x => x.Rename(XRateLimitFields.Limit, "!#$%&'*+-.^_`|~1aZ"))
            .Ietf(ietf => ietf.PartitionKey(new byte[16]))
            .NearLimit(0.999)
            .Jitter(TimeSpan.Zero)
            .CapAdvertisedRate(1)));

        Assert.Equal("1", (await api.SendAsync())["!#$%&'*+-.^_`|~1aZ"]);
    }

    private static RateLimitConfigurationError NotAName(string setting, string name) => new(
        "RLH0402",
        $"Headers:XRateLimit:{setting}",
        $"\"{name}\" cannot be the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");

    private static RateLimitConfigurationError Repeated(string name, string setting = "XRateLimit:Names") =>
        new("RLH0403", $"Headers:{setting}", $"2 fields are named \"{name}\"; give each a name of its own.");

    private static RateLimitConfigurationError NearLimit(string share) =>
        new("RLH0404", "Headers:NearLimit", $"NearLimit is {share}; give a share between 0 and 1, such as 0.2.");

    private static RateLimitConfigurationError AdvertisedRate(string rate) => new(
        "RLH0405", "Headers:AdvertisedRate", $"AdvertisedRate is {rate}; give 1 permit per second or more, or leave it out for no cap.");
}
