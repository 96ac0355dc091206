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

    /// <summary>Plans that admit one request at a time: of running requests, only a rejection shows when to come back.</summary>
    public static TheoryData<string, Action<RateLimitsBuilder>, string> PlansWithConcurrency => new()
    {
        {
            "default", limits => limits.Concurrency("open", 1),
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Rejected"
        },
        {
            "near limit", limits => limits.Concurrency("open", 1).Headers(headers => headers.When(HeadersWhen.NearLimit)),
            "X-RateLimit-Limit NearLimit, X-RateLimit-Remaining NearLimit, X-RateLimit-Reset Rejected"
        },
        {
            "rejected", limits => limits.Concurrency("open", 1).Headers(headers => headers.When(HeadersWhen.Rejected)),
            "X-RateLimit-Limit Rejected, X-RateLimit-Remaining Rejected, X-RateLimit-Reset Rejected"
        },
        {
            "Jira", limits => limits.Concurrency("open", 1).Headers(headers => headers.Jira()),
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Rejected, X-RateLimit-NearLimit Always, RateLimit-Reason Rejected"
        },
        {
            "when full", limits => limits.Concurrency("open", 1).Headers(headers => headers.XRateLimit().ResetWhenFull()),
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always"
        },
        { "draft 11", limits => limits.Concurrency("open", 1).Headers(headers => headers.Ietf()), "RateLimit Always, RateLimit-Policy Always" },
        {
            "draft 06", limits => limits.Concurrency("open", 1).Headers(headers => headers.IetfDraft06()),
            "RateLimit-Limit Always, RateLimit-Remaining Always, RateLimit-Reset Rejected"
        },
        { "draft 07", limits => limits.Concurrency("open", 1).Headers(headers => headers.IetfDraft07()), "RateLimit Rejected" },
        { "draft 07 when full", limits => limits.Concurrency("open", 1).Headers(headers => headers.IetfDraft07().ResetWhenFull()), "" },
        {
            "beside a window", limits => limits.FixedWindow("window", 9, TimeSpan.FromHours(1)).Concurrency("open", 1),
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Always"
        },
        {
            "beside a hidden window", limits => limits.FixedWindow("window", 9, TimeSpan.FromHours(1)).Concurrency("open", 1).Hide("window"),
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Rejected"
        },
        {
            "pinned, draft 06",
            limits => limits.FixedWindow("window", 9, TimeSpan.FromHours(1)).Concurrency("open", 1).Pin("open").Headers(headers => headers.IetfDraft06()),
            "RateLimit-Limit Always, RateLimit-Remaining Always, RateLimit-Reset Rejected, RateLimit-Policy Always"
        },
    };

    [Fact]
    public async Task Reset_OfRunningRequestsWithBans_IsOnRejections()
    {
        // With the end of the ban: other rejections of such a plan have none.
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.Concurrency("open", 1).Ban(3, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)))
            .Headers(headers => headers.XRateLimit().ResetWhenFull()));
        Assert.Equal(
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Rejected",
            string.Join(", ", api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields.Select(field => $"{field.Name} {field.When}")));
    }

    [Theory]
    [MemberData(nameof(PlansWithConcurrency))]
    public async Task Fields_OfAPlanWithAConcurrencyQuota_AreThoseOfResponses(string plan, Action<RateLimitsBuilder> limits, string told)
    {
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = await TestApi.StartAsync(limits, app => app.MapGet("/", () =>
        {
            isHeld.SetResult();
            return gate.Task;
        }));
        var held = api.SendAsync();
        await isHeld.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var rejected = NamesOf(await api.SendAsync());
        gate.SetResult();
        var admitted = NamesOf(await held);

        var fields = api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields;
        Assert.Equal($"{plan}: {told}", $"{plan}: {string.Join(", ", fields.Select(field => $"{field.Name} {field.When}"))}");
        Assert.Equal(admitted, fields.Where(field => field.When != HeadersWhen.Rejected).Select(field => field.Name));
        Assert.Equal(rejected, fields.Select(field => field.Name));

        static string[] NamesOf(TestResponse response) =>
            [.. response.LimitHeaders.Split('\n').Select(line => line.Split(':')[0]).Where(name => name.Contains("RateLimit", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData(ResetFormat.UnixSeconds, RateLimitFieldFormat.UnixSeconds)]
    [InlineData(ResetFormat.UnixMilliseconds, RateLimitFieldFormat.UnixMilliseconds)]
    [InlineData(ResetFormat.DeltaSeconds, RateLimitFieldFormat.DeltaSeconds)]
    [InlineData(ResetFormat.Iso8601, RateLimitFieldFormat.Iso8601)]
    [InlineData(ResetFormat.Iso8601Minutes, RateLimitFieldFormat.Iso8601Minutes)]
    [InlineData(ResetFormat.HttpDate, RateLimitFieldFormat.HttpDate)]
    public async Task Reset_InEachFormat_HasThatFormat(ResetFormat format, RateLimitFieldFormat told)
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
    public async Task Reason_IsAFieldOfRejectionsOnly()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 1, TimeSpan.FromHours(1)).Headers(headers => headers.Reason()));
        Assert.Equal(
            "X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Always, RateLimit-Reason Rejected",
            string.Join(", ", api.Services.GetRequiredService<IRateLimitCatalog>().Policies[0].Plans[0].Fields.Select(field => $"{field.Name} {field.When}")));
    }
}
