using System.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ActivityTagsTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Activity_OfAnAdmittedRequest_TellsPolicyTokenTypeAndResult()
    {
        await using var api = await StartAsync();
        Assert.Equal(
            "aspnetcore.rate_limiting.policy=api aspnetcore.rate_limiting.result=acquired rate_limit_headers.token_type=user",
            (await api.SendAsync(claims: ["sub=alice"]))["Tags"]);
    }

    [Fact]
    public async Task Activity_OfARejectedRequest_TellsTheQuotaToo()
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
        await using var api = await StartAsync(isRecorded: false);
        Assert.Equal(string.Empty, (await api.SendAsync())["Tags"]);
    }

    private static Task<TestApi> StartAsync(bool isRecorded = true) => TestApi.StartAsync(
        limits => limits.FixedWindow(1, s_minute).AddPolicy("api", policy => policy.FixedWindow("calls", 1, s_minute)),
        web =>
        {
            web.MapGet("/", () => "hello").RequireRateLimiting("api");
            web.MapGet("/plain", () => "hello");
            web.MapGet("/free", () => "hello").DisableRateLimiting();
        },
        before: app => app.Use(async (context, next) =>
        {
            using var activity = new Activity("request") { IsAllDataRequested = isRecorded };
            activity.Start();
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["Tags"] = string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"));
                return Task.CompletedTask;
            });
            await next(context);
        }));
}
