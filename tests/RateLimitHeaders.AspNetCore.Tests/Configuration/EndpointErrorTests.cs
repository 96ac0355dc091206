namespace RateLimitHeaders.AspNetCore.Tests;

public class EndpointErrorTests
{
    [Fact]
    public async Task Endpoint_PolicyDoesNotExist_StopsTheStart()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.AddPolicy("search", policy => policy.FixedWindow(1, Minute)).FixedWindow(1, Minute),
            web =>
            {
                web.MapGet("/a", () => "a").RequireRateLimiting("serch");
                web.MapGet("/b", () => "b").RequireRateLimiting("search");
                web.MapGroup("/group").RequireRateLimiting("Search").MapPost("/c", () => "c");
                web.MapGet("/off", () => "off").RequireRateLimiting("nothing").DisableRateLimiting();
            });

        Assert.Equal(
            [
                new("RLH0501", "", "Endpoint \"HTTP: GET /a\" requires the rate limiting policy \"serch\", which does not exist "
                    + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"serch\", …) or correct the name. There are \"search\", \"default\"."),
                new("RLH0501", "", "Endpoint \"HTTP: POST /group/c\" requires the rate limiting policy \"Search\", which does not exist "
                    + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"Search\", …) or correct the name. There are \"search\", \"default\"."),
            ],
            exception.Errors);
    }

    [Fact]
    public async Task Endpoint_OfAController_IsCheckedToo()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.AddPolicy("search", policy => policy.FixedWindow(1, Minute)),
            web => web.MapControllers(),
            services => services.AddControllers().AddApplicationPart(typeof(SearchController).Assembly));

        Assert.Equal(
            [
                new("RLH0501", "", "Endpoint \"RateLimitHeaders.AspNetCore.Tests.SearchController.SearchDeep (RateLimitHeaders.AspNetCore.Tests)\" "
                    + "requires the rate limiting policy \"deep\", which does not exist "
                    + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"deep\", …) or correct the name. There are \"search\"."),
            ],
            exception.Errors);
    }

    [Fact]
    public async Task Endpoint_PolicyObject_StopsTheStart()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.FixedWindow(1, Minute), web => web.MapGet("/a", () => "a").RequireRateLimiting(new SharedLimiterPolicy()));

        Assert.Equal(
            [
                new("RLH0502", "", "Endpoint \"HTTP: GET /a\" has RequireRateLimiting with a policy object, which ASP.NET Core does not expose; "
                    + "add the policy by a name with AddPolicy, and require that name."),
            ],
            exception.Errors);
    }
}
