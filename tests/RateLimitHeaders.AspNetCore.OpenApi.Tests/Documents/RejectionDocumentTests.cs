using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>What documents say of rejections, and of requests that cannot be limited.</summary>
public class RejectionDocumentTests
{
    [Fact]
    public async Task Rejections_ThatTheApplicationWrites_HaveNoBodyInTheDocument()
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits.FixedWindow("hourly", 60, Hour).OnRejected(_ => default));
        Assert.Null((await api.OperationAsync())["responses"]!["429"]!["content"]);
        Assert.Null((await api.DocumentAsync())["components"]!["schemas"]);
    }

    [Fact]
    public async Task Rejections_WithAStatusOfTheirPolicy_HaveItAndProblemDetailsUnlessABodyIsSet()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("own", policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection =>
                {
                    rejection.StatusCode = 403;
                    rejection.Body = "Come back later.";
                }))
                .AddPolicy("status", policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection => rejection.StatusCode = 403)),
            app =>
            {
                app.MapGet("/own", () => "").RequireRateLimiting("own");
                app.MapGet("/status", () => "").RequireRateLimiting("status");
            });

        var own = await api.OperationAsync("/own");
        Assert.Equal("200, 403", own.StatusesOf());
        Assert.Equal(
            "Retry-After = #, X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #",
            own.HeadersOf("403"));
        Assert.Null(own["responses"]!["403"]!["content"]);
        Assert.Equal(
            "#/components/schemas/RateLimitProblem",
            (await api.OperationAsync("/status"))["responses"]!["403"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]!.ToString());
    }

    [Fact]
    public async Task Rejections_OfPoliciesWithDifferentStatuses_AreDocumentedUnderEachStatus()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("own", policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection =>
                {
                    rejection.StatusCode = 403;
                    rejection.Body = "Come back later.";
                }))
                .Global(policy => policy.FixedWindow("all", 9, Hour))
                .Headers(headers => headers.When(HeadersWhen.Rejected)),
            app => app.MapGet("/", () => "").RequireRateLimiting("own"));

        var operation = await api.OperationAsync();
        Assert.Equal(("200, 403, 429", "none"), (operation.StatusesOf(), operation.HeadersOf("200")));
        Assert.Equal(operation.HeadersOf("429"), operation.HeadersOf("403"));
        Assert.Equal("Retry-After = #, X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #", operation.HeadersOf("429"));
        Assert.Null(operation["responses"]!["403"]!["content"]);
        Assert.NotNull(operation["responses"]!["429"]!["content"]!["application/problem+json"]);
    }

    [Fact]
    public async Task Rejections_WithStatus503_CarryFields()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection => rejection.StatusCode = 503)));

        var operation = await api.OperationAsync();
        Assert.Equal("200, 503", operation.StatusesOf());
        Assert.Equal("Retry-After = #, X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #", operation.HeadersOf("503"));
        Assert.Equal(
            "The capacity of the server is exhausted. Retry-After shows when to repeat the request.",
            (string?)operation["responses"]!["503"]!["description"]);
    }

    [Fact]
    public async Task OnRejected_OfOnePolicy_HidesTheProblemDetailsOfNoOther()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("function", policy => policy.FixedWindow("q", 1, Hour).OnRejected(_ => default))
                .FixedWindow("q", 1, Hour),
            app =>
            {
                app.MapGet("/function", () => "").RequireRateLimiting("function");
                app.MapGet("/", () => "");
            });

        Assert.Null((await api.OperationAsync("/function"))["responses"]!["429"]!["content"]);
        Assert.NotNull((await api.OperationAsync())["responses"]!["429"]!["content"]!["application/problem+json"]);
    }

    [Fact]
    public async Task Operation_WithALimiterOfTheApplication_HasA503WithRetryAfterOnly()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.AddPolicy<string>("own", _ => RateLimitPartition.GetNoLimiter("")).DefaultPolicy("own"));

        var operation = await api.OperationAsync();

        Assert.Equal("200, 429, 503", operation.StatusesOf());
        Assert.Equal("Retry-After = #", operation.HeadersOf("503"));
        Assert.Equal(
            "Requests cannot be counted at the moment. Retry-After shows when to repeat the request.",
            operation["responses"]!["503"]!["description"]!.ToString());
        Assert.Equal("**Rate limits** of policy `own`: they depend on the request.", operation["description"]!.ToString());
    }
}
