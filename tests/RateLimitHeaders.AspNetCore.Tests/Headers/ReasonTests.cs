namespace RateLimitHeaders.AspNetCore.Tests;

public class ReasonTests
{
    [Fact]
    public async Task Jira_Rejection_HasTheNameOfTheQuotaAsReason() =>
        Assert.Equal("minute", (await RejectAsync(policy => policy.FixedWindow("minute", 1, Minute), headers => headers.Jira()))["RateLimit-Reason"]);

    [Fact]
    public async Task Jira_Admission_HasNoReason()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 1, Minute), headers => headers.Jira());

        Assert.Null((await api.SendAsync())["RateLimit-Reason"]);
    }

    [Fact]
    public async Task Reason_OfAQuota_IsItsText() => Assert.Equal(
        "jira-burst-based",
        (await RejectAsync(
            policy => policy.FixedWindow("minute", 1, Minute).Reason("minute", "jira-burst-based"), headers => headers.Reason()))["RateLimit-Reason"]);

    [Fact]
    public async Task Reason_OfSeveralQuotas_IsThatOfTheLongestWait()
    {
        var rejected = await RejectAsync(
            policy => policy
                .FixedWindow("minute", 1, Minute).Reason("minute", "burst")
                .FixedWindow("hour", 1, Hour).Reason("hour", "quota"),
            headers => headers.Reason());

        Assert.Equal(("quota", "3600"), (rejected["RateLimit-Reason"], rejected["Retry-After"]));
    }

    [Fact]
    public async Task Reason_OfAPolicy_IsThatOfQuotasWithoutOne()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow("minute", 1, Minute)).Headers(headers => headers.Reason("X-Why")),
            services: services => services.Configure<RateLimitHeadersOptions>(
                options => options.Policies["default"].Reason = "per-user"));
        await api.SendAsync();

        Assert.Equal("per-user", (await api.SendAsync())["X-Why"]);
    }

    [Fact]
    public async Task Reason_OfAHiddenQuota_IsNotShownBesideAShownPlan()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy.FixedWindow("shown", 5, Minute))
                .Global(policy => policy.ForOthers(plan => plan.FixedWindow("hidden", 1, Hour).WithoutHeaders()))
                .Headers(headers => headers.XRateLimit().Reason()));
        await api.SendAsync();

        var rejected = await api.SendAsync();
        Assert.Equal(
            (429, "3600", "5", null),
            ((int)rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Limit"], rejected["RateLimit-Reason"]));
    }

    [Fact]
    public async Task Reason_WithoutThePreset_IsTheOnlyFieldMore()
    {
        var rejected = await RejectAsync(policy => policy.FixedWindow("minute", 1, Minute), headers => headers.Reason());

        Assert.Equal(
            """
            Cache-Control: no-store
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            RateLimit-Reason: minute
            """,
            rejected.LimitHeaders);
    }

    [Fact]
    public async Task Jira_RejectionWithALimitOfZero_HasTheReasonToo() => Assert.Equal(
        "minute",
        (await RejectAsync(policy => policy.FixedWindow("minute", _ => 0, Minute), headers => headers.Jira()))["RateLimit-Reason"]);

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, Action<HeadersBuilder> headers) =>
        TestApi.StartAsync(limits => limits.DefaultPolicy(policy).Headers(headers));

    private static async Task<TestResponse> RejectAsync(Action<PolicyBuilder> policy, Action<HeadersBuilder> headers)
    {
        await using var api = await StartAsync(policy, headers);
        await api.SendAsync();
        var rejected = await api.SendAsync();
        Assert.Equal(StatusCodes.Status429TooManyRequests, (int)rejected.Status);
        return rejected;
    }
}
