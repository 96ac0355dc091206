using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RateLimitHeaders.AspNetCore.Testing;

namespace MinimalApi.Tests;

public sealed class LimitTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WebApplicationFactory<Program> _api;

    public LimitTests() => _api = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web
        .ConfigureServices(services => services.AddRateLimitTesting(_time)));

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task AnonymousCaller_AtItsLimit_IsRejectedUntilTheHourIsOver()
    {
        using var alice = _api.CreateClient().FromAddress("192.0.2.1");
        using var bob = _api.CreateClient().FromAddress("192.0.2.2");

        await alice.ExhaustAsync("/2.0/repositories");
        _time.Advance(TimeSpan.FromMinutes(20));

        using var rejected = await alice.GetAsync("/2.0/repositories");
        rejected.AssertRejected(retryAfter: TimeSpan.FromMinutes(40));

        using var admitted = await bob.GetAsync("/2.0/repositories");
        admitted.AssertRateLimitFields(
            """
            RateLimit: "hourly";r=59;t=3600
            RateLimit-Policy: "hourly";q=60;w=3600
            X-RateLimit-Limit: 60
            X-RateLimit-NearLimit: false
            X-RateLimit-Remaining: 59
            X-RateLimit-Reset: 946689600
            X-RateLimit-Resource: api
            """);

        _time.Advance(TimeSpan.FromMinutes(40));
        var standing = await alice.GetStandingAsync("/2.0/repositories");
        Assert.Equal(60, standing["hourly"].Remaining);
    }
}
