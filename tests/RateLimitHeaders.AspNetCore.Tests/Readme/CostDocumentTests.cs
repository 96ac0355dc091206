namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code of docs/costs.md does what the page says of it.</summary>
public class CostDocumentTests
{
    [Fact]
    public async Task Endpoints_OfThePage_TakeTheirCosts()
    {
        await using var api = await StartAsync(CostSnippets.Endpoints);

        Assert.Equal("rows 499, writes 90, all 90", await LeftAsync(api, "/search"));
        Assert.Equal("rows 499, writes 89, all 89", await LeftAsync(api, "/export"));
        Assert.Equal("rows 498, writes 88, all 88", await LeftAsync(api, "/orders", HttpMethod.Post));
        Assert.Equal("rows 497, writes 68, all 87", await LeftAsync(api, "/orders", HttpMethod.Post, ("Bulk", "1")));
    }

    [Fact]
    public async Task Rows_OfThePage_AreSettled()
    {
        await using var api = await StartAsync(CostSnippets.Settled);

        Assert.Equal("rows 370, writes 99, all 99", await LeftAsync(api, "/rows"));
    }

    [Fact]
    public async Task Bucket_OfThePage_IsRefilledFirst()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.TokenBucket("q", 100, Minute),
            web => web.MapGet("/", (HttpContext context) => context.GetRateLimitFeature()!.ChargeAsync(140)).WithRateLimitCost(10));
        await api.SendAsync();

        Assert.Equal("36", (await api.SendAsync())["Retry-After"]);
    }

    [Fact]
    public async Task Bytes_OfThePage_AreCounted()
    {
        await using var api = await TestApi.StartAsync(
            limits => CostSnippets.Bytes(limits.Headers(headers => headers.Ietf())), web => web.MapGet("/", () => new string('a', 1_000)));
        await api.SendAsync();

        Assert.Equal("\"requests\";r=98;t=60, \"bytes\";r=9999000;t=3600", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Policies_OfThePage_CountTheDocumentedResponses()
    {
        await using var api = await TestApi.StartAsync(CostSnippets.WhatCounts, web =>
        {
            web.MapGet("/log-in", (int status) => Results.StatusCode(status)).RequireRateLimiting("log-in");
            web.MapGet("/pages", (int status) => Results.StatusCode(status)).RequireRateLimiting("pages");
            web.MapGet("/reports", (int status, HttpContext context) =>
            {
                context.Response.Headers["Report-Id"] = status == 201 ? "7" : null;
                return Results.StatusCode(status);
            }).RequireRateLimiting("reports");
        });

        Assert.Equal(["4", "3", "5"], await RemainingAsync(api, "/log-in", 401, 401, 200));
        Assert.Equal(["999", "999"], await RemainingAsync(api, "/pages", 200, 304));
        Assert.Equal(["9", "9"], await RemainingAsync(api, "/reports", 201, 200));
    }

    private static async Task<List<string?>> RemainingAsync(TestApi api, string path, params int[] statuses)
    {
        var remaining = new List<string?>();
        for (var i = 0; i < statuses.Length; i++)
        {
            remaining.Add((await api.SendAsync($"{path}?status={statuses[i]}"))["X-RateLimit-Remaining"]);
        }

        return remaining;
    }

    private static Task<TestApi> StartAsync(Action<WebApplication> map) => TestApi.StartAsync(
        limits => limits
            .DefaultPolicy(policy => policy
                .Cost("rows", 1)
                .FixedWindow("rows", 500, Minute)
                .FixedWindow("writes", 100, Minute)
                .FixedWindow("all", 100, Minute))
            .Headers(headers => headers.Ietf()),
        map);

    private static async Task<string> LeftAsync(TestApi api, string path, HttpMethod? method = null, params (string Name, string Value)[] headers) =>
        string.Join(", ", (await api.SendAsync(path, method: method, headers: headers))["RateLimit"]!.Split(", ")
            .Select(item => item.Split(';')).Select(parts => $"{parts[0].Trim('"')} {parts[1][2..]}"));
}
