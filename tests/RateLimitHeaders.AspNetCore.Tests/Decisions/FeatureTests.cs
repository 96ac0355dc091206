namespace RateLimitHeaders.AspNetCore.Tests;

public class FeatureTests
{
    [Fact]
    public async Task Feature_Admitted_HasCallerAndStatuses()
    {
        await using var api = await StartAsync(limits => limits.FixedWindow("a", 2, Minute).TokenBucket("b", 10, 0.5));

        Assert.Equal(
            "default, user Test:sub:s, granted, retry after , no headers because : a 1/2 more 00:01:00 all 00:01:00; b 9/10 more 00:00:02 all 00:00:02",
            (await api.SendAsync(claims: ["sub=s"])).Body);
    }

    [Fact]
    public async Task Feature_Rejected_HasTheViolatedQuotaAndRetryAfter()
    {
        var seen = new List<string>();
        await using var api = await StartAsync(
            limits => limits.FixedWindow("a", 1, Minute).FixedWindow("b", 5, Minute), app => app.Use(async (context, next) =>
            {
                await next(context);
                seen.Add(RequestFacts.Of(context));
            }));

        await api.SendAsync(claims: ["sub=s"]);
        api.Time.Advance(TimeSpan.FromSeconds(15));
        await api.SendAsync(claims: ["sub=s"]);
        Assert.Equal(
            "default, user Test:sub:s, rejected, retry after 00:00:45, no headers because : "
                + "a 0/1 more 00:00:45 all 00:00:45 violated; b 4/5 more 00:00:45 all 00:00:45",
            seen[^1]);
    }

    [Fact]
    public async Task Feature_NotLimited_HasTheReason()
    {
        await using var api = await StartAsync(limits => limits.FixedWindow(1, Minute).ExemptWhen(_ => true));

        Assert.Equal("not limited: ExemptWhen returned true.", (await api.SendAsync()).Body);
    }

    [Theory]
    [InlineData(HeadersWhen.Always, 5, "")]
    [InlineData(HeadersWhen.Never, 5, "headers are set to Never, for the plan, its policy or all plans.")]
    [InlineData(HeadersWhen.Rejected, 5, "headers are set to Rejected, for the plan, its policy or all plans.")]
    [InlineData(HeadersWhen.NearLimit, 5, "headers are set to NearLimit, for the plan, its policy or all plans.")]
    [InlineData(HeadersWhen.NearLimit, 1, "")]
    public async Task Feature_HeadersWithheld_HasTheReasonAndItIsLogged(HeadersWhen when, int limit, string reason)
    {
        await using var api = await StartAsync(limits => limits.DefaultPolicy(policy => policy
            .ForOthers(plan => plan.FixedWindow(limit, Minute).WithHeaders(when))));

        var response = await api.SendAsync();
        Assert.Contains($"no headers because {reason}:", response.Body, StringComparison.Ordinal);
        Assert.Equal(reason.Length == 0, response["X-RateLimit-Limit"] is not null);
        Assert.Equal(reason.Length > 0, api.Log.Entries.Any(entry => entry.Id == 2
            && entry.Message == $"The response carries no rate limit headers (policy default, token type anonymous): {reason}"));
    }

    [Theory]
    [InlineData(3, 0, "4")]
    [InlineData(0, 1, "8")]
    [InlineData(0, 5, "8")]
    [InlineData(3, 2, "6")]
    [InlineData(20, 0, "0")]
    public async Task Feature_ChargeAndRefund_AreInTheHeadersAndInTheNextRequest(int charge, int refund, string remaining)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(10, Minute), web =>
        {
            web.MapGet("/", async (HttpContext context) =>
            {
                var feature = context.GetRateLimitFeature()!;
                await feature.ChargeAsync(charge);
                await feature.RefundAsync(refund);
                return "hello";
            });
            web.MapGet("/next", () => "hello");
        });

        // What others took is not given back with it.
        await api.SendAsync("/next");
        await api.SendAsync("/next");
        Assert.Equal(remaining, (await api.SendAsync())["X-RateLimit-Remaining"]);
        var next = await api.SendAsync("/next");
        Assert.Equal(remaining == "0" ? 429 : 200, (int)next.Status);
    }

    [Fact]
    public async Task Feature_ChargeOrRefundOutOfRange_IsAnError()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(10, Minute), web => web.MapGet("/", async (HttpContext context) =>
        {
            var feature = context.GetRateLimitFeature()!;
            foreach (var permits in new[] { -1, 1_000_000_000_000_000 })
            {
                await Assert.ThrowsAsync<ArgumentOutOfRangeException>("permits", () => feature.ChargeAsync(permits).AsTask());
                await Assert.ThrowsAsync<ArgumentOutOfRangeException>("permits", () => feature.RefundAsync(permits).AsTask());
            }

            return "hello";
        }));

        var response = await api.SendAsync();
        Assert.Equal((200, "9"), ((int)response.Status, response["X-RateLimit-Remaining"]));
    }

    private static Task<TestApi> StartAsync(Action<RateLimitsBuilder> limits, Action<WebApplication>? before = null) =>
        TestApi.StartAsync(limits, web => web.MapGet("/", RequestFacts.Of), before: before);
}
