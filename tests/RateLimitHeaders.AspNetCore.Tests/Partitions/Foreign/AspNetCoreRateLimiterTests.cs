using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Our limiters inside ASP.NET Core's own rate limiting, without our middleware.</summary>
public class AspNetCoreRateLimiterTests
{
    [Fact]
    public async Task OnRejected_OfOurLimiter_SeesExactMetadata()
    {
        var time = new ManualTimeProvider();
        TimeSpan? retryAfter = null;
        IReadOnlyList<QuotaStatus>? statuses = null;
        await using var app = await StartAsync(time, (context, _) =>
        {
            retryAfter = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null;
            context.Lease.TryGetMetadata(QuotaMetadata.Statuses, out statuses);
            return default;
        });
        using var client = app.GetTestClient();
        await GetAsync(client);

        time.Advance(TimeSpan.FromSeconds(20.5));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client));

        Assert.Equal(TimeSpan.FromSeconds(39.5), retryAfter);
        Assert.NotNull(statuses);
        Assert.Equal(["minute", "hourly"], statuses.Select(status => status.Name));
        Assert.Equal([true, false], statuses.Select(status => status.IsViolated));

        // The hourly quota is charged for what was admitted alone, though ASP.NET Core asks twice before it rejects.
        Assert.Equal([0, 98], statuses.Select(status => status.Remaining));
        Assert.Equal(TimeSpan.FromSeconds(39.5), statuses[0].UntilAll);
    }

    [Fact]
    public async Task Caller_ThatWaitsForRetryAfter_IsAdmittedAndNotEarlier()
    {
        var time = new ManualTimeProvider();
        await using var app = await StartAsync(time, onRejected: null);
        using var client = app.GetTestClient();
        await GetAsync(client);
        await GetAsync(client);

        time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client));

        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client));
    }

    private static async Task<WebApplication> StartAsync(
        ManualTimeProvider time, Func<OnRejectedContext, CancellationToken, ValueTask>? onRejected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = (int)HttpStatusCode.TooManyRequests;
            options.OnRejected = onRejected;
            options.AddPolicy("api", _ => RateLimitPartition.Get("all", _ => QuotaRateLimiter.Create(
                time,
                Quota.FixedWindow("minute", 2, TimeSpan.FromMinutes(1)),
                Quota.SlidingWindow("hourly", 100, TimeSpan.FromHours(1)))));
        });
        var app = builder.Build();
        app.UseRateLimiter();
        app.MapGet("/", () => "hello").RequireRateLimiting("api");
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/", UriKind.Relative));
        return response.StatusCode;
    }
}
