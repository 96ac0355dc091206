using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// One API, limited by ASP.NET Core's own middleware or by ours: <c>/fixed</c> once an hour, <c>/slot</c> one request at a time
/// with one more in the queue, and what requires no policy twice an hour.
/// </summary>
internal sealed class MeasuredApi : IAsyncDisposable
{
    private readonly RequestMoments _moments = new();
    private readonly WebApplication _app;
    private readonly Lazy<HttpClient> _client;

    private MeasuredApi(Action<IServiceCollection> services, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        services(builder.Services);
        _app = builder.Build();
        _app.Use(_moments.ObserveAsync);
        _app.UseRouting();
        use(_app);
        _app.MapGet("/fixed", () => "hello").RequireRateLimiting("fixed");
        _app.MapGet("/slot", () => "hello").RequireRateLimiting("slot");
        _app.MapGet("/hold", _moments.HoldAsync).RequireRateLimiting("slot");
        _app.MapGet("/boom", string () => throw new InvalidOperationException("boom")).RequireRateLimiting("boom");
        _app.MapGet("/free", () => "hello").DisableRateLimiting();
        _app.MapGet("/plain", () => "hello");
        Measurements = new RecordedMeasurements(MeterFactory, StockMetrics.MeterName);
        _client = new(_app.GetTestClient);
    }

    public RecordedMeasurements Measurements { get; }

    public IMeterFactory MeterFactory => _app.Services.GetRequiredService<IMeterFactory>();

    public static Task<MeasuredApi> StartStockAsync() => StartAsync(
        services => services.AddRateLimiter(options =>
        {
            options.AddFixedWindowLimiter("fixed", limit => (limit.PermitLimit, limit.Window) = (1, Hour));
            options.AddFixedWindowLimiter("boom", limit => (limit.PermitLimit, limit.Window) = (9, Hour));
            options.AddConcurrencyLimiter("slot", limit => (limit.PermitLimit, limit.QueueLimit) = (1, 1));
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null
                    ? RateLimitPartition.GetNoLimiter(string.Empty)
                    : RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 2, Window = Hour }));
        }),
        app => app.UseRateLimiter());

    public static Task<MeasuredApi> StartOursAsync() => StartAsync(
        services => services.AddRateLimitHeaders(limits => limits
            .FixedWindow(2, Hour)
            .AddPolicy("fixed", policy => policy.FixedWindow(1, Hour))
            .AddPolicy("boom", policy => policy.FixedWindow(9, Hour))
            .AddPolicy("slot", policy => policy.Concurrency("slots", 1, 1))),
        app => app.UseRateLimitHeaders());

    /// <summary>Sends a request, and waits until the whole pipeline is done with it.</summary>
    public async Task SendAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            (await _client.Value.GetAsync(new Uri(path, UriKind.Relative), cancellationToken)).Dispose();
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
        }

        await _moments.DoneAsync(path);
    }

    /// <summary>Waits until a request has come as far as it comes at once: into the queue, or to the gate.</summary>
    public Task PendingAsync(string path) => _moments.PendingAsync(path);

    public void OpenGate() => _moments.Open("/hold");

    public async ValueTask DisposeAsync()
    {
        Measurements.Dispose();
        _client.Value.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task<MeasuredApi> StartAsync(Action<IServiceCollection> services, Action<WebApplication> use)
    {
        var api = new MeasuredApi(services, use);
        await api._app.StartAsync();
        return api;
    }
}
