namespace RateLimitHeaders.AspNetCore.Tests;

public class SetUpTests
{
    private const string Twice =
        "UseRateLimitHeaders() is called twice in one pipeline, which would charge every request twice; remove one of the calls.";

    private static readonly Action<RateLimitsBuilder> s_limits = limits => limits.FixedWindow(10, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task Middleware_WithoutServices_IsAnError()
    {
        await using var app = BareHost.Build();

        Assert.Equal(
            "UseRateLimitHeaders() has no limits; call services.AddRateLimitHeaders(limits => …), "
                + "or app.UseRateLimitHeaders(limits => …) with the limits.",
            Assert.Throws<InvalidOperationException>(() => app.UseRateLimitHeaders()).Message);
    }

    [Fact]
    public async Task Middleware_LimitsHereAndInTheServices_IsAnError()
    {
        await using var app = BareHost.Build(s_limits);

        Assert.Equal(
            "UseRateLimitHeaders(limits => …) has limits, and so has AddRateLimitHeaders; "
                + "give all limits in AddRateLimitHeaders and call UseRateLimitHeaders().",
            Assert.Throws<InvalidOperationException>(() => app.UseRateLimitHeaders(s_limits)).Message);
    }

    [Fact]
    public async Task Middleware_TwiceInOnePipeline_IsAnError()
    {
        await using var app = BareHost.Build(s_limits);
        app.UseRateLimitHeaders();

        Assert.Equal(Twice, Assert.Throws<InvalidOperationException>(() => app.UseRateLimitHeaders()).Message);
        Assert.Equal(
            Twice, Assert.Throws<InvalidOperationException>(() => app.Map("/branch", branch => branch.UseRateLimitHeaders())).Message);
    }

    [Fact]
    public async Task Middleware_TwiceWithLimitsOfItsOwn_IsAnError()
    {
        await using var app = BareHost.Build();
        app.UseRateLimitHeaders(s_limits);

        Assert.Equal(Twice, Assert.Throws<InvalidOperationException>(() => app.UseRateLimitHeaders(s_limits)).Message);
    }

    [Fact]
    public async Task Middleware_InTwoSiblingBranches_CountsInOnePlace()
    {
        await using var app = BareHost.Build(s_limits);
        app.Map("/a", branch => branch.UseRateLimitHeaders().Run(_ => Task.CompletedTask));
        app.Map("/b", branch => branch.UseRateLimitHeaders().Run(_ => Task.CompletedTask));
        await app.StartAsync();

        Assert.Equal((200, "9", null), await app.SendAsync("/a"));
        Assert.Equal((200, "8", null), await app.SendAsync("/b"));
        Assert.Equal((404, null, null), await app.SendAsync("/c"));
    }

    [Fact]
    public async Task Middleware_InTwoSiblingBranchesWithLimitsOfTheirOwn_CountsApart()
    {
        await using var app = BareHost.Build();
        app.Map("/a", branch => branch.UseRateLimitHeaders(s_limits).Run(_ => Task.CompletedTask));
        app.Map("/b", branch => branch.UseRateLimitHeaders(s_limits).Run(_ => Task.CompletedTask));
        await app.StartAsync();

        Assert.Equal((200, "9", null), await app.SendAsync("/a"));
        Assert.Equal((200, "9", null), await app.SendAsync("/b"));
    }

    [Fact]
    public async Task Middleware_LimitsHereAreUnusable_StopsTheStart()
    {
        await using var app = BareHost.Build();
        app.UseRateLimitHeaders(_ => { });
        app.MapGet("/", () => "hello").RequireRateLimiting("api");

        // Endpoints that are mapped after the middleware are checked all the same.
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync());
        Assert.Equal(
            [
                new("RLH0001", "", "There is no policy; add a quota, such as "
                    + "limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), or a policy with AddPolicy."),
                new("RLH0501", "", "Endpoint \"HTTP: GET /\" requires the rate limiting policy \"api\", which does not exist "
                    + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"api\", …) or correct the name. There is none yet."),
            ],
            exception.Errors);
    }
}
