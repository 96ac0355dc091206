namespace RateLimitHeaders.AspNetCore.Tests;

public class SeveralCallsTests
{
    [Fact]
    public async Task AddRateLimitHeaders_SeveralCalls_AddUp()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("search", policy => policy.FixedWindow(2, Minute)).Principals(who => who.FromClaim("a", "first")),
            web =>
            {
                web.MapGet("/", CallerApi.Answer);
                web.MapGet("/search", CallerApi.Answer).RequireRateLimiting("search");
            },
            services =>
            {
                services.AddRateLimitHeaders(limits => limits.FixedWindow(3, Minute).Principals(who => who.FromClaim("b", "second")));
                services.AddRateLimitHeaders(limits => limits.Headers(headers => headers.GitHub()));
                services.AddRateLimitHeaders();
            });

        var byDefault = await api.SendAsync(claims: ["b=1"]);
        Assert.Equal(("second 1", "3", "default"), (byDefault.Body, byDefault["X-RateLimit-Limit"], byDefault["X-RateLimit-Resource"]));

        // The rules are asked in the order of the calls.
        var search = await api.SendAsync("/search", claims: ["b=1", "a=1"]);
        Assert.Equal(("first 1", "2", "search"), (search.Body, search["X-RateLimit-Limit"], search["X-RateLimit-Resource"]));
    }

    [Fact]
    public async Task AddRateLimitHeaders_WithServicesOfTheApplication_CanResolveThem()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(limits.ApplicationServices.GetRequiredService<Version>().Major, Minute),
            services: services => services.AddSingleton(new Version(7, 0)));

        Assert.Equal("7", (await api.SendAsync())["X-RateLimit-Limit"]);
    }
}
