using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RateLimitHeaders.AspNetCore.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

public class AssertionTests
{
    private const string Fields =
        """
        X-RateLimit-Remaining: 0
        X-RateLimit-Limit: 60
        RateLimit: "burst";r=0;t=1, "hourly";r=9;t=60
        Retry-After: 7
        """;

    [Fact]
    public void Fields_InAnyOrder_AreThoseOfTheResponse()
    {
        using var response = Response(HttpStatusCode.TooManyRequests, Fields + "\nServer: test");

        Assert.Same(response, response.AssertRateLimitFields(string.Join("\r\n", Fields.Split('\n').Reverse())));
    }

    [Fact]
    public void Fields_OfAResponseWithout_AreNone()
    {
        using var response = Response(HttpStatusCode.OK, "Server: test");

        response.AssertRateLimitFields("");
    }

    [Fact]
    public void Fields_WithANameOfTheApplication_AreComparedIfExpected()
    {
        using var response = Response(HttpStatusCode.OK, "X-Left: 5");

        response.AssertRateLimitFields("").AssertRateLimitFields("X-Left: 5");
    }

    [Fact]
    public void Fields_WithNamesInAnotherCase_AreTheSame()
    {
        using var response = Response(HttpStatusCode.OK, "x-ratelimit-limit: 60\nRETRY-AFTER: 7");

        response.AssertRateLimitFields("Retry-After: 7\nX-RateLimit-Limit: 60");
        var exception = Assert.Throws<RateLimitAssertionException>(() => response.AssertRateLimitFields("X-RateLimit-Limit: 61\nretry-after: 7"));

        Assert.Equal(
            """
            GET http://api.example/users was answered with 200 with other rate limit fields than expected ("-" expected, "+" actual):

              retry-after: 7
            + X-RateLimit-Limit: 60
            - X-RateLimit-Limit: 61
            """,
            exception.Message);
    }

    [Fact]
    public async Task Fields_OverHttp2_AreThoseOfTheResponse()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddRateLimitHeaders(limits => limits.DefaultPolicy(policy => policy.FixedWindow("q", 1, TimeSpan.FromMinutes(1))).Headers(headers => headers.XRateLimit().Ietf()));
        await using var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "hello");
        await app.StartAsync();
        using var client = new HttpClient
        {
            BaseAddress = new(app.Urls.Single()),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var admitted = await client.GetAsync("/");
        using var rejected = await client.GetAsync("/");

        const string Exhausted =
            """
            RateLimit: "q";r=0;t=60
            RateLimit-Policy: "q";q=1;w=60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            """;
        Assert.Equal(HttpVersion.Version20, admitted.Version);
        Assert.Contains("x-ratelimit-limit", admitted.Headers.NonValidated.Select(field => field.Key));
        admitted.AssertRateLimitFields(Exhausted);
        rejected.AssertRejected(TimeSpan.FromSeconds(60)).AssertRateLimitFields(Exhausted + "\nRetry-After: 60");
    }

    [Fact]
    public void Fields_ThatAreOthers_AreShownBeside()
    {
        using var response = Response(HttpStatusCode.TooManyRequests, Fields + "\nBeta-Rate-Limit: 1");

        var exception = Assert.Throws<RateLimitAssertionException>(() => response.AssertRateLimitFields(
            """
            Retry-After: 7
            X-RateLimit-Limit: 60
            X-RateLimit-Remaining: 1
            X-RateLimit-Reset: 5
            """));

        Assert.Equal(
            """
            GET http://api.example/users was answered with 429 with other rate limit fields than expected ("-" expected, "+" actual):

            + Beta-Rate-Limit: 1
            + RateLimit: "burst";r=0;t=1, "hourly";r=9;t=60
              Retry-After: 7
              X-RateLimit-Limit: 60
            + X-RateLimit-Remaining: 0
            - X-RateLimit-Remaining: 1
            - X-RateLimit-Reset: 5
            """,
            exception.Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public void Rejection_WithTheExpectedWait_IsOne(HttpStatusCode status)
    {
        using var response = Response(status, Fields);

        Assert.Same(response, response.AssertRejected().AssertRejected(retryAfter: TimeSpan.FromSeconds(7)));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "", null, "GET http://api.example/users was answered with 200, and was expected to be rejected.")]
    [InlineData(HttpStatusCode.TooManyRequests, "Retry-After: 7", 8.0, "GET http://api.example/users was answered with 429 and Retry-After: 7, where Retry-After: 8 was expected.")]
    [InlineData(HttpStatusCode.TooManyRequests, "", 8.0, "GET http://api.example/users was answered with 429 without Retry-After, where Retry-After: 8 was expected.")]
    public void Response_ThatIsNotTheExpectedRejection_IsAnError(HttpStatusCode status, string fields, double? seconds, string message)
    {
        using var response = Response(status, fields);

        var exception = Assert.Throws<RateLimitAssertionException>(() => response.AssertRejected(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null));

        Assert.Equal(message, exception.Message);
    }

    private static HttpResponseMessage Response(HttpStatusCode status, string fields)
    {
        var response = new HttpResponseMessage(status) { RequestMessage = new HttpRequestMessage(HttpMethod.Get, "http://api.example/users") };
        foreach (var field in fields.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)))
        {
            response.Headers.TryAddWithoutValidation(field[0], field[1]);
        }

        return response;
    }
}
