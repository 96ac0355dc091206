using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Fields of an older draft, on either side.</summary>
public class ExistingFieldsOfDraftsTests
{
    private const string Ours06 = "100 / 99 / 60 / 100;w=60";
    private const string Theirs06 = "50 / {0} / 77 / 50;w=90";
    private const string Ours07 = "limit=100, remaining=99, reset=60 / 100;w=60";
    private const string Theirs07 = "limit=50, remaining={0}, reset=77 / 50;w=90";

    [Theory]
    [InlineData(ExistingFields.Tighter, 200, 3, Theirs06)]
    [InlineData(ExistingFields.Tighter, 200, 99, Ours06)]
    [InlineData(ExistingFields.Tighter, 429, 400, Theirs06)]
    [InlineData(ExistingFields.Tighter, 503, 400, Theirs06)]
    [InlineData(ExistingFields.Replace, 200, 3, Ours06)]
    [InlineData(ExistingFields.Keep, 200, 400, Theirs06)]
    public async Task Draft06_OfAnEndpoint_AllComesFromOneSource(ExistingFields existing, int status, int remaining, string expected)
    {
        await using var api = await StartAsync(headers => headers.Existing(existing).IetfDraft06(), response =>
        {
            response.StatusCode = status;
            response.Headers["RateLimit-Limit"] = "50";
            response.Headers["RateLimit-Remaining"] = $"{remaining}";
            response.Headers["RateLimit-Reset"] = "77";
            response.Headers["RateLimit-Policy"] = "50;w=90";
            response.Headers.RetryAfter = "77";
        });

        Assert.Equal(
            string.Format(null, expected, remaining),
            Told(await api.SendAsync(), "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"));
    }

    [Theory]
    [InlineData(ExistingFields.Tighter, 200, 3, Theirs07)]
    [InlineData(ExistingFields.Tighter, 200, 99, Ours07)]
    [InlineData(ExistingFields.Tighter, 429, 400, Theirs07)]
    [InlineData(ExistingFields.Replace, 200, 3, Ours07)]
    [InlineData(ExistingFields.Keep, 200, 400, Theirs07)]
    public async Task Draft07_OfAnEndpoint_AllComesFromOneSource(ExistingFields existing, int status, int remaining, string expected)
    {
        await using var api = await StartAsync(headers => headers.Existing(existing).IetfDraft07(), response =>
        {
            response.StatusCode = status;
            response.Headers["RateLimit"] = $"limit=50, remaining={remaining}, reset=77";
            response.Headers["RateLimit-Policy"] = "50;w=90";
            response.Headers.RetryAfter = "77";
        });

        Assert.Equal(string.Format(null, expected, remaining), Told(await api.SendAsync(), "RateLimit", "RateLimit-Policy"));
    }

    [Theory]
    [InlineData("limit=50, remaining=3, reset=77", "limit=50, remaining=3, reset=77 / 50;w=90")]
    [InlineData("limit=50, remaining=400, reset=77", "\"main\";r=99;t=60 / \"main\";q=100;w=60")]
    public async Task Dictionary_WhereThisLibraryWritesAList_IsNotAppendedTo(string limit, string expected)
    {
        await using var api = await StartAsync(headers => headers.Ietf(), response =>
        {
            response.Headers["RateLimit"] = limit;
            response.Headers["RateLimit-Policy"] = "50;w=90";
        });

        Assert.Equal(expected, Told(await api.SendAsync(), "RateLimit", "RateLimit-Policy"));
    }

    [Theory]
    [InlineData(200, "50 / 3 / \"main\";r=99;t=60 / \"main\";q=100;w=60")]
    [InlineData(429, "50 / 3 / 50;w=90")]
    public async Task Draft06_WhereThisLibraryWritesALaterOne_HasItsPolicyReplacedAndNotAppendedTo(int status, string expected)
    {
        await using var api = await StartAsync(headers => headers.Ietf(), response =>
        {
            response.StatusCode = status;
            response.Headers["RateLimit-Limit"] = "50";
            response.Headers["RateLimit-Remaining"] = "3";
            response.Headers["RateLimit-Policy"] = "50;w=90";
        });

        Assert.Equal(expected, Told(await api.SendAsync(), "RateLimit-Limit", "RateLimit-Remaining", "RateLimit", "RateLimit-Policy"));
    }

    [Theory]
    [InlineData("\"a\";r=400;t=9, \"b\";r=3;t=9", "\"a\";r=400;t=9, \"b\";r=3;t=9 / \"a\";q=500;w=60")]
    [InlineData("\"a\";r=400;t=9, \"b\";r=300;t=9", Ours07)]
    public async Task List_WhereThisLibraryWritesADictionary_IsNotMixedWithIt(string limit, string expected)
    {
        await using var api = await StartAsync(headers => headers.IetfDraft07(), response =>
        {
            response.Headers["RateLimit"] = limit;
            response.Headers["RateLimit-Policy"] = "\"a\";q=500;w=60";
        });

        Assert.Equal(expected, Told(await api.SendAsync(), "RateLimit", "RateLimit-Policy"));
    }

    [Theory]
    [InlineData(ExistingFields.Tighter, "\"main\";r=99;t=60", "\"backend\";q=50;w=90, \"main\";q=100;w=60")]
    [InlineData(ExistingFields.Keep, null, "\"backend\";q=50;w=90")]
    [InlineData(ExistingFields.Replace, "\"main\";r=99;t=60", "\"main\";q=100;w=60")]
    public async Task PolicyAlone_OfAnEndpoint_IsAListLikeOthers(ExistingFields existing, string? limit, string policy)
    {
        await using var api = await StartAsync(
            headers => headers.Existing(existing).Ietf(), response => response.Headers["RateLimit-Policy"] = "\"backend\";q=50;w=90");
        var response = await api.SendAsync();

        Assert.Equal((limit, policy), (response["RateLimit"], response["RateLimit-Policy"]));
    }

    /// <summary>A list without members is no field (RFC 9651, section 4.1).</summary>
    [Fact]
    public async Task LimitAlone_BesideAnUnknownLimit_GetsNoEmptyPolicyField()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("own", _ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(static () => new ScriptedLease(isAcquired: true))
                {
                    Statistics = static () => new RateLimiterStatistics { CurrentAvailablePermits = 7 },
                }))
                .DefaultPolicy("own").Headers(headers => headers.Ietf()),
            web => web.MapGet("/", (HttpContext context) => context.Response.Headers["RateLimit"] = "\"backend\";r=9;t=60"));
        var response = await api.SendAsync();

        Assert.StartsWith("\"backend\";r=9;t=60, ", response["RateLimit"], StringComparison.Ordinal);
        Assert.Null(response["RateLimit-Policy"]);
    }

    private static Task<TestApi> StartAsync(Action<HeadersBuilder> headers, Action<HttpResponse> answer) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy => policy.FixedWindow("main", 100, TimeSpan.FromMinutes(1))).Headers(headers),
        web => web.MapGet("/", (HttpContext context) => answer(context.Response)));

    private static string Told(TestResponse response, params string[] names) => string.Join(" / ", names.Select(name => response[name]).OfType<string>());
}
