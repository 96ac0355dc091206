using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An application that is prepared for tests of its limits, as its own tests have it, and counts what its endpoints do.</summary>
internal sealed class TestedApplication : IAsyncDisposable
{
    private readonly TestApi _api;
    private int _runs;

    private TestedApplication(TestApi api) => _api = api;

    public ManualTimeProvider Time => _api.Time;

    /// <summary>Gets how many requests have reached <c>/</c>.</summary>
    public int Runs => _runs;

    /// <summary>Starts an application whose endpoint is <c>/</c>, for all methods, unless others are mapped.</summary>
    public static async Task<TestedApplication> StartAsync(
        Action<RateLimitsBuilder> limits, Action<WebApplication>? map = null, Action<WebApplication>? before = null, bool isPrepared = true)
    {
        TestedApplication? application = null;
        var api = await TestApi.StartAsync(
            limits,
            app =>
            {
                app.Map("/", (HttpRequest request) =>
                {
                    Interlocked.Increment(ref application!._runs);
                    return string.Join(", ", request.Headers.Keys.Where(name => name.StartsWith("RateLimit", StringComparison.Ordinal)));
                });
                map?.Invoke(app);
            },
            services => _ = isPrepared ? services.AddRateLimitTesting() : services,
            before);
        return application = new TestedApplication(api);
    }

    /// <summary>Creates a client of the application.</summary>
    public HttpClient CreateClient() => ((TestServer)_api.Services.GetRequiredService<IServer>()).CreateClient();

    public ValueTask DisposeAsync() => _api.DisposeAsync();
}
