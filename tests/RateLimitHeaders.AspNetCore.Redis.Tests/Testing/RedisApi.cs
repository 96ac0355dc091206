using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A host that counts in Redis, by the clock of this machine.</summary>
internal sealed class RedisApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private RedisApi(WebApplication app, RecordingLogger log)
    {
        _app = app;
        _client = app.GetTestClient();
        Log = log;
    }

    public RecordingLogger Log { get; }

    /// <summary>Gets what was logged of outages and failed calls.</summary>
    public (LogLevel Level, int Id, string Message)[] StoreEvents =>
        [.. Log.Entries.Where(entry => entry.Id is EventIds.StoreUnavailable or EventIds.StoreAvailable or EventIds.StoreCallFailed)];

    /// <summary>Gets their numbers, in their order.</summary>
    public int[] StoreEventIds => [.. StoreEvents.Select(entry => entry.Id)];

    public IServiceProvider Services => _app.Services;

    /// <summary>Gets what stands before Redis.</summary>
    public StoreGuard Guard => _app.Services.GetRequiredService<SharedStoreGuard>().Guard!;

    public static Task<RedisApi> StartAsync(int limit, Action<IRateLimitHeadersBuilder> addRedis, Action<IServiceCollection>? services = null) =>
        StartAsync(limits => limits.FixedWindow(limit, TimeSpan.FromHours(1)), addRedis, services);

    public static async Task<RedisApi> StartAsync(
        Action<RateLimitsBuilder> limits,
        Action<IRateLimitHeadersBuilder> addRedis,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        RecordingLogger log = new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        // For this provider, so that no settings of a sample, which are beside the tests, say otherwise.
        builder.Logging.ClearProviders().AddProvider(log).AddFilter<RecordingLogger>(category: null, LogLevel.Debug);
        services?.Invoke(builder.Services);
        addRedis(builder.Services.AddRateLimitHeaders(limits));
        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "hello");
        map?.Invoke(app);
        await app.StartAsync();
        return new RedisApi(app, log);
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Its status, and the permits that are left by its headers.</returns>
    public async Task<(HttpStatusCode Status, long? Remaining)> GetAsync(string path = "/")
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return (
            response.StatusCode,
            response.Headers.TryGetValues("X-RateLimit-Remaining", out var values)
                ? long.Parse(values.Single(), CultureInfo.InvariantCulture)
                : null);
    }

    /// <summary>Waits until Redis counts.</summary>
    public async Task WaitUntilCountingAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await Guard.CheckAsync())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"Redis does not count: {Guard.Outage}");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
