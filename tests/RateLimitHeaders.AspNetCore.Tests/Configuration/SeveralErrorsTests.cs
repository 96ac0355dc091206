namespace RateLimitHeaders.AspNetCore.Tests;

public class SeveralErrorsTests
{
    [Fact]
    public async Task Errors_OfAllKinds_AreOneException()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits
                .Principals(who => who.FromService<ScopedPrincipalResolver>("tenant"))
                .AddPolicy("api", policy => policy.For("tenant", plan => plan.FixedWindow("q", 0, TimeSpan.Zero)).Cost(-2).Cost("bytes", 0))
                .Headers(headers => headers.Ietf().IetfDraft06().NearLimit(2))
                .DefaultPolicy("apj"),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("search"),
            services => services.AddRateLimitHeaders(limits => limits.MaxPartitions(0)).AddStore(new SettingsStore { Options = { Nodes = 0 } }));

        RateLimitConfigurationError[] errors =
        [
            new("RLH0401", "Headers:Ietf:Draft", "Several of Ietf(), IetfDraft07() and IetfDraft06() are chosen, "
                + "which all write RateLimit-Policy; choose one."),
            new("RLH0002", "MaxPartitions", "MaxPartitions is 0; give 1 or more."),
            new("RLH0003", "DefaultPolicy", "DefaultPolicy is \"apj\", which does not exist; "
                + "add it with AddPolicy(\"apj\", …) or correct the name."),
            new("RLH0107", "Principals:0", "FromService<ScopedPrincipalResolver>() names a service that is not registered; "
                + "register it, as with services.AddScoped<ScopedPrincipalResolver>()."),
            new("RLH0404", "Headers:NearLimit", "NearLimit is 2; give a share between 0 and 1, such as 0.2."),
            new("RLH0305", "Policies:api:Plans:anonymous", "There is no plan for the token type \"anonymous\"; "
                + "add For(\"anonymous\", …), ForOthers(…) or Exempt(\"anonymous\"), or in configuration Quotas, PlanForOthers or Plans:anonymous."),
            new("RLH0201", "Policies:api:Plans:tenant:Quotas:q:PermitLimit",
                "PermitLimit is 0; give a limit from 1 to 999,999,999,999,999, or no quota at all."),
            new("RLH0202", "Policies:api:Plans:tenant:Quotas:q:Window",
                "Window is 00:00:00; give a time above zero, such as TimeSpan.FromMinutes(1)."),
            new("RLH0321", "Policies:api:Cost",
                "Cost is -2; give a number from 0 to 999,999,999,999,999, or PermitCost.AnyLeft."),
            new("RLH0322", "Policies:api:Costs:bytes", "There is a cost of \"bytes\", which no quota of the policy has as its name or unit; "
                + "correct it or leave it out. The quotas are \"q\"."),
            new("RLH0501", "", "Endpoint \"HTTP: GET /\" requires the rate limiting policy \"search\", which does not exist "
                + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"search\", …) or correct the name. There are \"api\"."),
            new("RLH0603", "Settings:Nodes", "Nodes is 0; give the number of servers, 1 or more."),
        ];
        Assert.Equal(errors, exception.Errors);
        Assert.Equal(
            $"The rate limits are misconfigured (12 errors):{string.Concat(errors.Select(error => $"{Environment.NewLine}- {error}"))}",
            exception.Message);
        Assert.Equal(errors.Select(error => error.ToString()), exception.Failures);
        Assert.Equal(typeof(RateLimitHeadersOptions), exception.OptionsType);
    }

    [Theory]
    [InlineData(50, "")]
    [InlineData(51, "- and 1 more")]
    [InlineData(15_000, "- and 14950 more")]
    public void Message_OfManyErrors_ShowsTheFirstFifty(int count, string rest)
    {
        RateLimitConfigurationError[] errors = [.. Enumerable.Range(0, count).Select(i => new RateLimitConfigurationError("RLH0201", $"Quotas:{i}", "wrong"))];

        var exception = new RateLimitConfigurationException(errors);

        string[] lines =
        [
            $"The rate limits are misconfigured ({count} errors):",
            .. Enumerable.Range(0, 50).Select(i => $"- RLH0201 Quotas:{i}: wrong"),
            .. rest.Length == 0 ? [] : new[] { rest },
        ];
        Assert.Equal(string.Join(Environment.NewLine, lines), exception.Message);
        Assert.Equal(errors, exception.Errors);
        Assert.Equal(count, exception.Failures.Count());
    }

    [Fact]
    public async Task Error_Alone_IsCountedInTheSingular()
    {
        var exception = await Misconfigured.StartAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).MaxPartitions(-1));

        Assert.Equal(
            $"The rate limits are misconfigured (1 error):{Environment.NewLine}- RLH0002 MaxPartitions: MaxPartitions is -1; give 1 or more.",
            exception.Message);
    }

    [Fact]
    public async Task Error_OfTheWhole_IsPrintedWithoutAPath()
    {
        var exception = await Misconfigured.StartAsync(_ => { });

        Assert.StartsWith(
            $"The rate limits are misconfigured (1 error):{Environment.NewLine}- RLH0001: There is no policy; add a quota", exception.Message);
    }
}
