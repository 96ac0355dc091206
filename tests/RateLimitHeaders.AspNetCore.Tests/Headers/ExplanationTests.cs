namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Responses without fields tell why, during development.</summary>
public class ExplanationTests
{
    private const string Field = "X-RateLimit-Explanation";

    private static readonly string[] s_policies = ["always", "exempt", "never", "near", "rejections"];

    [Theory]
    [InlineData("/never", "headers-never; headers are set to Never, for the plan, its policy or all plans.")]
    [InlineData("/rejections", "headers-on-rejections-only; headers are set to Rejected, for the plan, its policy or all plans.")]
    [InlineData("/near", "headers-near-limit-only; headers are set to NearLimit, for the plan, its policy or all plans.")]
    [InlineData("/exempt", "exempt-token-type; the token type is exempt.")]
    [InlineData("/disabled", "endpoint-disabled; the endpoint has DisableRateLimiting.")]
    [InlineData("/none", "no-policy; the endpoint requires no policy, and there is no default one.")]
    [InlineData("/error", "headers-never; headers are set to Never, for the plan, its policy or all plans.")]
    [InlineData("/always", null)]
    public async Task Response_InDevelopment_ExplainsMissingFields(string path, string? expected)
    {
        await using var api = await StartAsync(Environments.Development, headers => headers.ExplainInDevelopment());
        var response = await api.SendAsync(path);
        Assert.Equal(expected, response[Field]);
        Assert.Equal(expected is null, response["X-RateLimit-Limit"] is not null);
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("Development", false)]
    public async Task Response_InProductionOrWithoutTheSetting_HasNoExplanation(string environment, bool explains)
    {
        await using var api = await StartAsync(environment, headers => _ = explains ? headers.ExplainInDevelopment() : headers);
        foreach (var path in new[] { "/never", "/exempt", "/none", "/always" })
        {
            Assert.Null((await api.SendAsync(path))[Field]);
        }
    }

    private static Task<TestApi> StartAsync(string environment, Action<HeadersBuilder> headers)
    {
        var minute = TimeSpan.FromMinutes(1);
        return TestApi.StartAsync(
            limits => limits
                .Headers(headers)
                .AddPolicy("always", policy => policy.FixedWindow("q", 5, minute))
                .AddPolicy("exempt", policy => policy.ForAnonymous(plan => plan.Exempt()).ForOthers(plan => plan.FixedWindow("q", 5, minute)))
                .AddPolicy("never", policy => policy.ForOthers(plan => plan.FixedWindow("q", 5, minute).WithoutHeaders()))
                .AddPolicy("near", policy => policy.ForOthers(plan => plan.FixedWindow("q", 5, minute).WithHeaders(HeadersWhen.NearLimit)))
                .AddPolicy("rejections", policy => policy.ForOthers(plan => plan.FixedWindow("q", 5, minute).WithHeaders(HeadersWhen.Rejected))),
            web =>
            {
                foreach (var policy in s_policies)
                {
                    web.MapGet($"/{policy}", () => "hello").RequireRateLimiting(policy);
                }

                web.MapGet("/disabled", () => "hello").DisableRateLimiting();
                web.MapGet("/none", () => "hello");
                web.MapGet("/error", string () => throw new InvalidOperationException("boom")).RequireRateLimiting("never");
            },
            services => services.AddSingleton<IHostEnvironment>(new NamedEnvironment { EnvironmentName = environment }),
            before: app => app.UseExceptionHandler(errors => errors.Run(context => context.Response.WriteAsync("sorry"))));
    }
}
