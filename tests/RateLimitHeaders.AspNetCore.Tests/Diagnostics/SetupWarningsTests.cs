namespace RateLimitHeaders.AspNetCore.Tests;

public class SetupWarningsTests
{
    [Fact]
    public async Task LongerWindow_WithALowerLimit_IsLogged()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 100, TimeSpan.FromMinutes(1))
            .FixedWindow("hour", 50, TimeSpan.FromHours(1))));
        await api.SendAsync();

        Assert.Equal(
            [(LogLevel.Warning, 39,
                "Policy default, token type user, anonymous: quota hour has a longer window and a lower limit than quota minute, which "
                + "therefore hardly ever limits. Correct the limits, or remove minute.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task LongerWindow_ForWhichRequestsCostLess_IsNotLogged()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 100, TimeSpan.FromMinutes(1))
            .FixedWindow("hour", 50, TimeSpan.FromHours(1))
            .Cost("minute", 10)));

        Assert.Empty(Complaints.Of(api));
    }

    [Theory]
    [InlineData("failures")]
    [InlineData("bytes")]
    public async Task LongerWindow_ThatCountsSomethingElse_IsNotLogged(string counted)
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => _ = counted == "failures"
            ? policy
                .FixedWindow("all", 100, TimeSpan.FromMinutes(1))
                .FixedWindow("failures", 20, TimeSpan.FromHours(1)).CountOnly("failures", CountedResponses.Failures)
            : policy
                .FixedWindow("up", 1_000_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes).CountRequestBytes("up")
                .FixedWindow("down", 500_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes).CountResponseBytes("down")));

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task LongerWindow_WithAHigherLimit_IsNotLogged()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 50, TimeSpan.FromMinutes(1))
            .FixedWindow("hour", 100, TimeSpan.FromHours(1))));
        await api.SendAsync();

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Endpoint_ShortCircuitedWithAPolicy_IsLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1))),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("own").ShortCircuit().WithDisplayName("short"));

        Assert.Equal(
            [(LogLevel.Warning, 60,
                "Endpoint short requires a rate limiting policy and is short-circuited by routing: no middleware runs for it, so that it "
                + "is not limited. Remove ShortCircuit() or the policy.")],
            Complaints.Of(api));
    }
    [Fact]
    public async Task Endpoints_ShortCircuitedWithoutAPolicyOrNotAtAll_AreNotLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1))),
            web =>
            {
                web.MapGet("/", () => "hello").RequireRateLimiting("own");
                web.MapGet("/free", () => "hello").ShortCircuit();
                web.MapGet("/off", () => "hello").RequireRateLimiting("own").DisableRateLimiting().ShortCircuit();
            });

        Assert.Empty(Complaints.Of(api));
    }
}
