using Microsoft.AspNetCore.Cors.Infrastructure;

namespace RateLimitHeaders.AspNetCore.Tests;

public class BrowserExposureTests
{
    private const string Origin = "https://app.example";
    private const string Fields = "X-RateLimit-Limit,X-RateLimit-Remaining,X-RateLimit-Reset";

    [Fact]
    public async Task Response_ForAnotherOrigin_ExposesItsFieldsAndThoseOfTheCorsPolicy()
    {
        await using var api = await StartAsync(isExposed: true);

        var admitted = await api.SendAsync(headers: ("Origin", Origin));
        var rejected = await api.SendAsync(headers: ("Origin", Origin));

        Assert.Equal("X-Own," + Fields, admitted["Access-Control-Expose-Headers"]);
        Assert.Equal($"X-Own,{Fields},Retry-After", rejected["Access-Control-Expose-Headers"]);
    }

    [Fact]
    public async Task Response_ForNoOtherOrigin_ExposesNothing()
    {
        await using var api = await StartAsync(isExposed: true);

        Assert.Null((await api.SendAsync())["Access-Control-Expose-Headers"]);
        Assert.Null((await api.SendAsync(headers: ("Origin", "https://other.example")))["Access-Control-Expose-Headers"]);
    }

    [Fact]
    public async Task Response_WhoseCorsPolicyExposesAll_KeepsTheWildcardAlone()
    {
        await using var api = await StartAsync(isExposed: true, exposed: "*");

        Assert.Equal("*", (await api.SendAsync(headers: ("Origin", Origin)))["Access-Control-Expose-Headers"]);
        Assert.Equal("*", (await api.SendAsync(headers: ("Origin", Origin)))["Access-Control-Expose-Headers"]);
    }

    /// <summary>To a browser, <c>*</c> is the name of a field there (the Fetch standard, "CORS-exposed header-name list").</summary>
    [Fact]
    public async Task Response_WithCredentialsWhoseCorsPolicyExposesAll_NamesItsFields()
    {
        await using var api = await StartAsync(isExposed: true, exposed: "*", cors: policy => policy.AllowCredentials());

        Assert.Equal("*," + Fields, (await api.SendAsync(headers: ("Origin", Origin)))["Access-Control-Expose-Headers"]);
    }

    [Fact]
    public async Task Response_ForAnyOrigin_ExposesItsFields()
    {
        await using var api = await StartAsync(isExposed: true, allowed: "*");

        var admitted = await api.SendAsync(headers: ("Origin", "https://other.example"));

        Assert.Equal(("*", "X-Own," + Fields), (admitted["Access-Control-Allow-Origin"], admitted["Access-Control-Expose-Headers"]));
    }

    [Fact]
    public async Task Response_ByDefault_ExposesTheFieldsOfTheCorsPolicy()
    {
        await using var api = await StartAsync(isExposed: false);

        Assert.Equal("X-Own", (await api.SendAsync(headers: ("Origin", Origin)))["Access-Control-Expose-Headers"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Preflight_ThatCorsAnswersAfterTheLimits_IsNotCharged(bool isRequired)
    {
        // Routing finds the endpoint that requires the policy of CORS, and otherwise that no endpoint takes OPTIONS.
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            web =>
            {
                web.UseCors();
                var endpoint = web.MapPut("/", () => "hello");
                _ = isRequired ? endpoint.RequireCors(policy => policy.WithOrigins(Origin).WithMethods("PUT")) : endpoint;
            },
            services => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(Origin).WithMethods("PUT"))));

        var preflight = await SendPreflightAsync(api);

        Assert.Equal((204, Origin, null), ((int)preflight.Status, preflight["Access-Control-Allow-Origin"], preflight["X-RateLimit-Remaining"]));
        Assert.Equal("0", (await api.SendAsync(method: HttpMethod.Put))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Preflight_ThatTheEndpointTakesItself_IsCharged()
    {
        await using var api = await StartWithOptionsAsync();

        Assert.Equal("hello", (await SendPreflightAsync(api)).Body);
        Assert.Equal(429, (int)(await SendPreflightAsync(api)).Status);
    }

    [Fact]
    public async Task Preflight_WithoutAnEndpoint_IsCharged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            web => web.Run(context => context.Response.WriteAsync("hello")),
            services => services.AddCors());

        Assert.Equal("hello", (await SendPreflightAsync(api)).Body);
        Assert.Equal(429, (int)(await SendPreflightAsync(api)).Status);
    }

    [Theory]
    [InlineData("Origin", Origin)]
    [InlineData("Access-Control-Request-Method", "PUT")]
    public async Task Options_WithoutAllThatMakesAPreflight_IsCharged(string name, string value)
    {
        await using var api = await StartWithOptionsAsync();

        Assert.Equal("0", (await api.SendAsync(method: HttpMethod.Options, headers: (name, value)))["X-RateLimit-Remaining"]);
    }

    private static Task<TestResponse> SendPreflightAsync(TestApi api) => api.SendAsync(
        method: HttpMethod.Options, headers: [("Origin", Origin), ("Access-Control-Request-Method", "PUT")]);

    private static Task<TestApi> StartWithOptionsAsync() => TestApi.StartAsync(
        limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
        web => web.MapMethods("/", ["GET", "OPTIONS"], () => "hello"),
        services => services.AddCors());

    private static Task<TestApi> StartAsync(
        bool isExposed, string allowed = Origin, string exposed = "X-Own", Action<CorsPolicyBuilder>? cors = null) => TestApi.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).Headers(headers => _ = isExposed ? headers.ExposeToBrowsers() : headers),
            services: services => services.AddCors(options => options.AddDefaultPolicy(policy =>
            {
                policy.WithOrigins(allowed).WithExposedHeaders(exposed);
                cors?.Invoke(policy);
            })),
            before: app => app.UseCors());
}
