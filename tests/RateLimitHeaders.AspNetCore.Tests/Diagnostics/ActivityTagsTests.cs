using System.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class ActivityTagsTests : IDisposable
{
    private readonly RecordedActivities _activities = new();

    public void Dispose() => _activities.Dispose();

    [Fact]
    public async Task Activity_OfAnAdmittedRequest_HasPolicyTokenTypeAndResult()
    {
        await using var api = await StartAsync();
        Assert.Equal(
            "aspnetcore.rate_limiting.policy=api aspnetcore.rate_limiting.result=acquired rate_limit_headers.token_type=user",
            (await api.SendAsync(claims: ["sub=alice"]))["Tags"]);
    }

    [Fact]
    public async Task Activity_OfARejectedRequest_HasTheQuotaToo()
    {
        await using var api = await StartAsync();
        await api.SendAsync();
        Assert.Equal(
            "aspnetcore.rate_limiting.policy=api aspnetcore.rate_limiting.result=endpoint_limiter rate_limit_headers.token_type=anonymous "
            + "rate_limit_headers.quota=calls",
            (await api.SendAsync())["Tags"]);
    }

    [Fact]
    public async Task Activity_OfADefaultPolicy_NamesIt()
    {
        await using var api = await StartAsync();
        await api.SendAsync("/plain");
        Assert.Equal(
            "aspnetcore.rate_limiting.policy=default aspnetcore.rate_limiting.result=global_limiter rate_limit_headers.token_type=anonymous "
            + "rate_limit_headers.quota=default",
            (await api.SendAsync("/plain"))["Tags"]);
    }

    [Fact]
    public async Task Activity_OfAnUnlimitedRequest_HasNoTags()
    {
        await using var api = await StartAsync();
        Assert.Equal(string.Empty, (await api.SendAsync("/free"))["Tags"]);
    }

    [Fact]
    public async Task Activity_ThatIsNotRecorded_HasNoTags()
    {
        _activities.Sampled = ActivitySamplingResult.PropagationData;
        await using var api = await StartAsync();
        Assert.Equal(string.Empty, (await api.SendAsync())["Tags"]);
    }

    [Fact]
    public async Task Activity_ThatNothingListensTo_HasNoTags()
    {
        // As ASP.NET Core makes one for its logs.
        await using var api = await StartAsync(app => RecordedActivities.WriteTags(app, () => new Activity("request").Start()));
        Assert.Equal(string.Empty, (await api.SendAsync())["Tags"]);
    }

    private Task<TestApi> StartAsync(Action<WebApplication>? write = null) => TestApi.StartAsync(
        limits => limits.FixedWindow(1, Minute).AddPolicy("api", policy => policy.FixedWindow("calls", 1, Minute)),
        web =>
        {
            web.MapGet("/", () => "hello").RequireRateLimiting("api");
            web.MapGet("/plain", () => "hello");
            web.MapGet("/free", () => "hello").DisableRateLimiting();
        },
        before: write ?? _activities.WriteTags);
}
