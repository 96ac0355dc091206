using System.Collections.Concurrent;
using System.Net;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>An API on Kestrel whose endpoint answers each caller first with a 503 of its own, without <c>Retry-After</c>.</summary>
public sealed class FailingHost : IAsyncDisposable
{
    /// <summary>The window of the quota, which is never used up.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(12);

    private readonly WebApplication _app;

    private FailingHost(WebApplication app, RequestLog requests)
    {
        _app = app;
        Requests = requests;
        Address = ServerAddress.Of(app.Services);
    }

    public RequestLog Requests { get; }

    public string Address { get; }

    public static async Task<FailingHost> StartAsync(Action<HeadersBuilder> headers)
    {
        var requests = new RequestLog();
        var failed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddSingleton<IStartupFilter>(requests);
        builder.Services.AddRateLimitHeaders(limits => limits.FixedWindow(100, Window).Headers(headers));

        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", (HttpContext context) =>
            failed.TryAdd(context.Request.Headers["Test-Caller"].ToString(), true) ? Results.StatusCode(503) : Results.Ok());
        await app.StartAsync();
        return new FailingHost(app, requests);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
