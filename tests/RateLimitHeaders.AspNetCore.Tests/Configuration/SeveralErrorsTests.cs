using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SeveralErrorsTests
{
    [Fact]
    public async Task Errors_OfAllKinds_AreOneException()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits
                .Principals(who => who.FromService<ScopedPrincipalResolver>("tenant"))
                .AddPolicy("api", policy => policy.For("tenant", plan => plan.FixedWindow("q", 0, TimeSpan.Zero)).Cost(-1))
                .Headers(headers => headers.Ietf().IetfDraft06().NearLimit(2))
                .DefaultPolicy("apj"),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("search"),
            services => services.AddRateLimitHeaders(limits => limits.MaxPartitions(0)));

        string[] findings =
        [
            "Policy \"api\", plan for \"tenant\": Quota \"q\": permitLimit is 0; give a limit from 1 to 999,999,999,999,999, or no quota at all.",
            "Policy \"api\", plan for \"tenant\": Quota \"q\": window is 00:00:00; give a time above zero, such as TimeSpan.FromMinutes(1).",
            "Policy \"api\": Cost is -1; give 0 or more permits.",
            "Headers: NearLimit is 2; give a share between 0 and 1, such as 0.2.",
            "MaxPartitions is 0; give 1 or more.",
            "Principals: FromService<ScopedPrincipalResolver>() names a service that is not registered; "
                + "register it, as with services.AddScoped<ScopedPrincipalResolver>().",
            "Headers: several of Ietf(), IetfDraft07() and IetfDraft06() are chosen, which all write RateLimit-Policy; choose one.",
            "Policy \"api\": it has no plan for the token type \"anonymous\"; "
                + "add For(\"anonymous\", …), ForOthers(…) or Exempt(\"anonymous\").",
            "Endpoint \"HTTP: GET /\": it requires the rate limiting policy \"search\", which does not exist; "
                + "add it with AddPolicy(\"search\", …) or correct the name. There are \"api\".",
            "DefaultPolicy is \"apj\", which does not exist; add it with AddPolicy(\"apj\", …) or correct the name.",
        ];
        Assert.Equal(findings, exception.Findings);
        Assert.Equal(
            $"The rate limits are misconfigured (10 errors):{string.Concat(findings.Select(finding => $"{Environment.NewLine}- {finding}"))}",
            exception.Message);
    }

    [Fact]
    public async Task Error_Alone_IsCountedInTheSingular()
    {
        var exception = await Misconfigured.StartAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).MaxPartitions(-1));

        Assert.Equal(
            $"The rate limits are misconfigured (1 error):{Environment.NewLine}- MaxPartitions is -1; give 1 or more.", exception.Message);
    }
}
