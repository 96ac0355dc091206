namespace RateLimitHeaders.AspNetCore.Tests;

public class HeaderErrorTests
{
    private const string FieldName = "cannot be the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).";
    private const string SeveralDrafts = "several of Ietf(), IetfDraft07() and IetfDraft06() are chosen, which all write RateLimit-Policy; choose one.";

    private static readonly Dictionary<string, (Action<HeadersBuilder> Headers, string Finding)> s_rules = new()
    {
        ["name with a space"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X Limit")), "\"X Limit\" " + FieldName),
        ["name with a line break"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X\r\nSet-Cookie")), "\"X\r\nSet-Cookie\" " + FieldName),
        ["name not ASCII"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-\u00e4")), "\"X-\u00e4\" " + FieldName),
        ["prefix"] = (
            headers => headers.XRateLimit(x =>
            {
                x.Fields = XRateLimitFields.Limit;
                x.Prefix = "X:";
            }),
            "\"X:Limit\" " + FieldName),
        ["two fields of one name"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-A").Rename(XRateLimitFields.Remaining, "x-a")),
            "2 fields are named \"X-A\"; give each a name of its own."),
        ["a field named like one of the IETF's"] = (
            headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "ratelimit")).Ietf(),
            "2 fields are named \"ratelimit\"; give each a name of its own."),
        ["two drafts"] = (headers => headers.Ietf().IetfDraft07(), SeveralDrafts),
        ["one draft twice"] = (headers => headers.Ietf().Ietf(), SeveralDrafts),
        ["three drafts"] = (headers => headers.IetfDraft07().IetfDraft06().Ietf(), SeveralDrafts),
        ["Reset undefined"] = (headers => headers.XRateLimit(x => x.Reset = (ResetFormat)99), "Reset is 99; give a value of ResetFormat."),
        ["When undefined"] = (headers => headers.When((HeadersWhen)99), "When is 99; give a value of HeadersWhen."),
        ["NearLimit 0"] = (headers => headers.NearLimit(0), "NearLimit is 0; give a share between 0 and 1, such as 0.2."),
        ["NearLimit 1"] = (headers => headers.Bitbucket(nearLimit: 1), "NearLimit is 1; give a share between 0 and 1, such as 0.2."),
        ["NearLimit NaN"] = (headers => headers.NearLimit(double.NaN), "NearLimit is NaN; give a share between 0 and 1, such as 0.2."),
        ["Jitter negative"] = (
            headers => headers.Jitter(TimeSpan.FromSeconds(-1)), "Jitter is -00:00:01; give a time from zero to 36525 days."),
        ["Jitter too long"] = (
            headers => headers.Jitter(TimeSpan.FromDays(36_526)), "Jitter is 36526.00:00:00; give a time from zero to 36525 days."),
        ["CapAdvertisedRate below 1"] = (
            headers => headers.CapAdvertisedRate(0.5),
            "CapAdvertisedRate is 0.5; give 1 permit per second or more, or leave it out for no cap."),
        ["CapAdvertisedRate NaN"] = (
            headers => headers.CapAdvertisedRate(double.NaN),
            "CapAdvertisedRate is NaN; give 1 permit per second or more, or leave it out for no cap."),
        ["secret too short"] = (
            headers => headers.Ietf(ietf => ietf.PartitionKey(new byte[15])),
            "the secret of PartitionKey has 15 bytes; give 16 or more, or none to have one made up."),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Header_Unusable_StopsTheStart(string rule)
    {
        var (headers, finding) = s_rules[rule];

        var exception = await Misconfigured.StartAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).Headers(headers));
        Assert.Equal("Headers: " + finding, Assert.Single(exception.Findings));
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
}
