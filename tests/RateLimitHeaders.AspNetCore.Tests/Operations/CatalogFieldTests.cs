using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The fields that the catalog tells are those that responses carry.</summary>
public class CatalogFieldTests
{
    public static TheoryData<string, Action<HeadersBuilder>, string> Families => new()
    {
        { "default", _ => { }, "Limit Number, Remaining WholeNumber, Reset UnixSeconds" },
        { "GitHub", headers => headers.GitHub(), "Limit WholeNumber, Remaining WholeNumber, Reset UnixSeconds, Used WholeNumber, Resource Text" },
        { "Jira", headers => headers.Jira(), "Limit Number, Remaining WholeNumber, Reset Iso8601, NearLimit Boolean, Reason Text" },
        {
            "all", headers => headers.XRateLimit().Bitbucket().Ietf(),
            "Limit Number, Remaining WholeNumber, Reset UnixSeconds, Resource Text, NearLimit Boolean, Statuses StructuredList, Quotas StructuredList"
        },
        {
            "draft 06", headers => headers.IetfDraft06(),
            "Limit WholeNumber, Remaining WholeNumber, Reset DeltaSeconds, Quotas StructuredList"
        },
        { "draft 07", headers => headers.IetfDraft07(), "Statuses StructuredDictionary, Quotas StructuredList" },
        { "prefix", headers => headers.Ietf("Beta-"), "Statuses StructuredList, Quotas StructuredList" },
        {
            "names", headers => headers.XRateLimit(fields => fields.Rename(XRateLimitFields.Limit, "Quota")),
            "Limit Number, Remaining WholeNumber, Reset UnixSeconds"
        },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Fields_OfAFamily_AreThoseOfResponses(string family, Action<HeadersBuilder> headers, string told)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 1, TimeSpan.FromHours(1)).Headers(headers));
        var fields = api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields;

        Assert.Equal(told, string.Join(", ", fields.Select(field => $"{field.Meaning} {field.Format}")));
        Assert.Equal(
            $"{family}: {string.Join(", ", (await api.SendAsync()).LimitHeaders.Split('\n').Select(line => line.Split(':')[0]))}",
            $"{family}: {string.Join(", ", fields.Where(field => field.When == HeadersWhen.Always).Select(field => field.Name))}");
        var rejection = await api.SendAsync();
        Assert.All(fields, field => Assert.NotNull(rejection[field.Name]));
    }

    [Theory]
    [InlineData(ResetFormat.UnixSeconds, RateLimitFieldFormat.UnixSeconds)]
    [InlineData(ResetFormat.UnixMilliseconds, RateLimitFieldFormat.UnixMilliseconds)]
    [InlineData(ResetFormat.DeltaSeconds, RateLimitFieldFormat.DeltaSeconds)]
    [InlineData(ResetFormat.Iso8601, RateLimitFieldFormat.Iso8601)]
    [InlineData(ResetFormat.Iso8601Minutes, RateLimitFieldFormat.Iso8601Minutes)]
    [InlineData(ResetFormat.HttpDate, RateLimitFieldFormat.HttpDate)]
    public async Task Reset_InEachFormat_IsToldSo(ResetFormat format, RateLimitFieldFormat told)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 1, TimeSpan.FromHours(1)).Headers(headers => headers.XRateLimit(fields => fields.Reset = format)));
        Assert.Equal(told, api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields[2].Format);
    }

    [Fact]
    public async Task Fields_OfSeveralFamilies_NameTheirDrafts()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 1, TimeSpan.FromHours(1)).Headers(headers => headers.XRateLimit().IetfDraft07().Reason()));
        Assert.Equal(
            "XRateLimit None, XRateLimit None, XRateLimit None, Ietf Draft07, Ietf Draft07,  None",
            string.Join(", ", api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields.Select(field => $"{field.Family} {field.Draft}")));
    }

    [Fact]
    public async Task Reason_IsToldForRejectionsAlone()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 1, TimeSpan.FromHours(1)).Headers(headers => headers.Reason()));
        Assert.Equal(
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Always, RateLimit-Reason Rejected",
            string.Join(", ", api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields.Select(field => $"{field.Name} {field.When}")));
    }
}
