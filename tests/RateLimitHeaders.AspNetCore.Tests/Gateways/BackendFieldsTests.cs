namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Fields of a backend beside those of the gateway.</summary>
public class BackendFieldsTests
{
    private const string Ours = """
        RateLimit-Policy: "gateway";q=100;w=60
        RateLimit: "gateway";r=99;t=60
        """;

    private const string OurSingles = """
        X-RateLimit-Limit: 100
        X-RateLimit-Remaining: 99
        X-RateLimit-Reset: 1779545293
        """;

    private const string TheirSingles = """
        X-RateLimit-Limit: 50
        X-RateLimit-Remaining: 7
        X-RateLimit-Reset: 77
        """;

    private const string Joined = """
        RateLimit-Policy: "backend";q=50;w=90, "gateway";q=100;w=60
        RateLimit: "backend";r=7;t=90, "gateway";r=99;t=60
        """;

    private const string Theirs = """
        RateLimit-Policy: "backend";q=50;w=90
        RateLimit: "backend";r=7;t=90
        """;

    [Fact]
    public async Task Rejection_OfABackend_KeepsItsOwnAndGetsAnItem()
    {
        await using var backend = await Backend.StartAsync(response =>
        {
            response.StatusCode = 429;
            response.Headers.RetryAfter = "60";
            response.Headers["RateLimit"] = "\"backend\";r=0";
            response.Headers["X-RateLimit-Limit"] = "1000";
            response.Headers["X-RateLimit-Remaining"] = "400";
        });
        await using var gateway = new GatewayApi(backend);

        Assert.Equal(
            """
            429
            RateLimit-Policy: "gateway";q=100;w=60
            RateLimit: "backend";r=0, "gateway";r=99;t=60
            Retry-After: 60
            X-RateLimit-Limit: 1000
            X-RateLimit-Remaining: 400
            """,
            await gateway.AskAsync());
    }

    [Theory]
    [InlineData(ExistingFields.Tighter, Joined, TheirSingles)]
    [InlineData(ExistingFields.Keep, Theirs, TheirSingles)]
    [InlineData(ExistingFields.Replace, Ours, OurSingles)]
    public async Task Response_OfABackendWithLessLeft_HasItsOursOrBoth(ExistingFields existing, string lists, string singles)
    {
        await using var backend = await Backend.StartAsync(response => Tell(response, remaining: 7));
        await using var gateway = new GatewayApi(backend, limits => limits.Headers.Existing = existing);

        Assert.Equal($"200\n{lists}\n{singles}", await gateway.AskAsync());
    }

    [Fact]
    public async Task Response_OfABackendWithMoreLeft_HasOurSingleValues()
    {
        await using var backend = await Backend.StartAsync(response => Tell(response, remaining: 400));
        await using var gateway = new GatewayApi(backend);

        Assert.Equal($"200\n{Joined}\n{OurSingles}", await gateway.AskAsync());
    }

    [Fact]
    public async Task Unavailability_OfABackendWithMoreLeft_KeepsItsOwn()
    {
        await using var backend = await Backend.StartAsync(response =>
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            Tell(response, remaining: 400);
        });
        await using var gateway = new GatewayApi(backend);

        Assert.Equal(
            $"""
            503
            {Joined}
            X-RateLimit-Limit: 50
            X-RateLimit-Remaining: 400
            X-RateLimit-Reset: 77
            """,
            await gateway.AskAsync());
    }

    [Fact]
    public async Task Quotas_WithTheNamesOfABackend_GetOtherNames()
    {
        await using var backend = await Backend.StartAsync(response =>
        {
            response.Headers["RateLimit"] = new(["\"gateway\";r=3;t=9", "\"api/gateway\";r=4;t=8"]);
            response.Headers["RateLimit-Policy"] = "\"gateway\";q=50;w=10, \"api/gateway\";q=60;w=20";
        });
        await using var gateway = new GatewayApi(backend);

        var response = await gateway.GetAsync();

        Assert.Equal("\"gateway\";r=3;t=9,\"api/gateway\";r=4;t=8, \"api/gateway/2\";r=99;t=60", response["RateLimit"]);
        Assert.Equal(
            "\"gateway\";q=50;w=10, \"api/gateway\";q=60;w=20, \"api/gateway/2\";q=100;w=60", response["RateLimit-Policy"]);
    }

    private static void Tell(HttpResponse response, int remaining)
    {
        response.Headers["RateLimit"] = "\"backend\";r=7;t=90";
        response.Headers["RateLimit-Policy"] = "\"backend\";q=50;w=90";
        response.Headers["X-RateLimit-Limit"] = "50";
        response.Headers["X-RateLimit-Remaining"] = $"{remaining}";
        response.Headers["X-RateLimit-Reset"] = "77";
    }
}
