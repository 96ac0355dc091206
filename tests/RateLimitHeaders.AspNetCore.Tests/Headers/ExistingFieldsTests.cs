namespace RateLimitHeaders.AspNetCore.Tests;

public class ExistingFieldsTests
{
    private static readonly string[] s_names =
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy"];

    [Fact]
    public void Default_IsTighter() => Assert.Equal(ExistingFields.Tighter, new HeadersOptions().Existing);

    [Theory]
    [InlineData(ExistingFields.Tighter, 200, 3, "50 / 3 / 77")]
    [InlineData(ExistingFields.Tighter, 200, 99, "100 / 99 / 1779545293")]
    [InlineData(ExistingFields.Tighter, 200, 400, "100 / 99 / 1779545293")]
    [InlineData(ExistingFields.Tighter, 429, 400, "50 / 400 / 77")]
    [InlineData(ExistingFields.Tighter, 503, 400, "50 / 400 / 77")]
    [InlineData(ExistingFields.Replace, 200, 3, "100 / 99 / 1779545293")]
    [InlineData(ExistingFields.Keep, 200, 400, "50 / 400 / 77")]
    public async Task SingleValues_OfAnEndpoint_AllComeFromOneSource(ExistingFields existing, int status, int remaining, string expected)
    {
        await using var api = await StartAsync(headers => headers.Existing(existing).XRateLimit(), response =>
        {
            response.StatusCode = status;
            response.Headers["X-RateLimit-Limit"] = "50";
            response.Headers["X-RateLimit-Remaining"] = $"{remaining}";
            response.Headers["X-RateLimit-Reset"] = "77";
        });

        Assert.Equal(expected, string.Join(" / ", FieldsOf(await api.SendAsync())));
    }

    [Theory]
    [InlineData(ExistingFields.Tighter, 3, "Limit: 50, NearLimit: true, Remaining: 3, Reset: 77, Resource: core, Used: 47")]
    [InlineData(ExistingFields.Tighter, 400, "Limit: 100, NearLimit: false, Resource: default")]
    [InlineData(ExistingFields.Replace, 3, "Limit: 100, NearLimit: false, Resource: default")]
    public async Task OtherFieldsOfTheFamily_OfAnEndpoint_ComeFromTheSameSource(ExistingFields existing, int remaining, string expected)
    {
        await using var api = await StartAsync(headers => headers.Existing(existing).Bitbucket(), response =>
        {
            response.Headers["X-RateLimit-Limit"] = "50";
            response.Headers["X-RateLimit-Remaining"] = $"{remaining}";
            response.Headers["X-RateLimit-Reset"] = "77";
            response.Headers["X-RateLimit-Used"] = "47";
            response.Headers["X-RateLimit-Resource"] = "core";
            response.Headers["X-RateLimit-NearLimit"] = "true";
        });

        var answer = await api.SendAsync();
        string[] fields = ["Limit", "NearLimit", "Remaining", "Reset", "Resource", "Used"];
        Assert.Equal(
            expected, string.Join(", ", fields.Where(field => answer[$"X-RateLimit-{field}"] is not null).Select(field => $"{field}: {answer[$"X-RateLimit-{field}"]}")));
    }

    [Theory]
    [InlineData("X-RateLimit-Reset", ExistingFields.Keep, 200, "X-RateLimit-Reset: 77")]
    [InlineData("X-RateLimit-Reset", ExistingFields.Tighter, 429, "X-RateLimit-Reset: 77")]
    [InlineData("X-RateLimit-Reset", ExistingFields.Tighter, 200, "X-RateLimit-Limit: 100, X-RateLimit-Remaining: 99, X-RateLimit-Reset: 1779545293")]
    [InlineData("X-RateLimit-Used", ExistingFields.Keep, 200, "X-RateLimit-Used: 77")]
    [InlineData("X-RateLimit-Used", ExistingFields.Tighter, 503, "X-RateLimit-Used: 77")]
    [InlineData("X-RateLimit-Used", ExistingFields.Replace, 503, "X-RateLimit-Limit: 100, X-RateLimit-Remaining: 99")]
    public async Task AnyFieldOfTheFamily_OfAnEndpoint_CountsAsTheWholeFamily(string field, ExistingFields existing, int status, string expected)
    {
        await using var api = await StartAsync(headers => headers.Existing(existing).XRateLimit(), response =>
        {
            response.StatusCode = status;
            response.Headers[field] = "77";
        });

        var answer = await api.SendAsync();
        string[] fields = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Used"];
        Assert.Equal(expected, string.Join(", ", fields.Where(name => answer[name] is not null).Select(name => $"{name}: {answer[name]}")));
    }

    [Theory]
    [InlineData(ExistingFields.Tighter, "\"backend\";r=3;t=9, \"main\";r=99;t=60", "\"backend\";q=50;w=10, \"main\";q=100;w=60")]
    [InlineData(ExistingFields.Replace, "\"main\";r=99;t=60", "\"main\";q=100;w=60")]
    [InlineData(ExistingFields.Keep, "\"backend\";r=3;t=9", "\"backend\";q=50;w=10")]
    public async Task Lists_OfAnEndpoint_AreJoinedReplacedOrKept(ExistingFields existing, string limit, string policy)
    {
        await using var api = await StartAsync(headers => headers.Existing(existing).Ietf(), response =>
        {
            response.Headers["RateLimit"] = "\"backend\";r=3;t=9";
            response.Headers["RateLimit-Policy"] = "\"backend\";q=50;w=10";
        });

        Assert.Equal([limit, policy], FieldsOf(await api.SendAsync()));
    }

    [Fact]
    public async Task Lists_WithTheSameName_HaveThePolicyInTheName()
    {
        await using var api = await StartAsync(headers => headers.Ietf(), response =>
        {
            response.Headers["RateLimit"] = "\"main\";r=3;t=9";
            response.Headers["RateLimit-Policy"] = "\"main\";q=50;w=10";
        });

        Assert.Equal(
            ["\"main\";r=3;t=9, \"default/main\";r=99;t=60", "\"main\";q=50;w=10, \"default/main\";q=100;w=60"],
            FieldsOf(await api.SendAsync()));
    }

    private static Task<TestApi> StartAsync(Action<HeadersBuilder> headers, Action<HttpResponse> answer) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy => policy.FixedWindow("main", 100, TimeSpan.FromMinutes(1))).Headers(headers),
        web => web.MapGet("/", (HttpContext context) => answer(context.Response)));

    private static string[] FieldsOf(TestResponse response) => [.. s_names.Select(name => response[name]).OfType<string>()];
}
