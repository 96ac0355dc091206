using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>A page on one origin, and an API on another whose clock stands still: both on Kestrel, with a browser at the page.</summary>
internal sealed class CrossOriginApi : IAsyncDisposable
{
    // What a script sees of a response: its status, and a line for each of the named fields, which are null if it cannot read them.
    private const string Script =
        """
        async ([url, names]) => {
            const response = await fetch(url, { cache: 'no-store', headers: { 'X-Own': 'needs a preflight' } });
            return [response.status, ...names.map(name => `${name}: ${response.headers.get(name)}`)].join('\n');
        }
        """;

    private readonly WebApplication _site;
    private readonly WebApplication _api;
    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _methods;

    private CrossOriginApi(WebApplication site, WebApplication api, IPage page, ConcurrentQueue<string> methods)
    {
        _site = site;
        _api = api;
        _page = page;
        _methods = methods;
    }

    /// <summary>Gets the methods of the requests that arrived at the API.</summary>
    public IEnumerable<string> Methods => _methods;

    /// <summary>Starts both, with a quota of two requests per minute.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="headers">Chooses the headers.</param>
    /// <param name="isCorsFirst">Whether CORS comes before the limits, as it should.</param>
    public static async Task<CrossOriginApi> StartAsync(Chromium chromium, Action<HeadersBuilder> headers, bool isCorsFirst = true)
    {
        var site = Build(_ => { });
        site.MapGet("/", () => Results.Content("<!doctype html><title>A page</title>", "text/html"));
        await site.StartAsync();
        var origin = ServerAddress.Of(site.Services);

        var methods = new ConcurrentQueue<string>();
        var api = Build(services => services
            .AddSingleton<TimeProvider>(new ManualTimeProvider())
            .AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(origin).AllowAnyHeader()))
            .AddRateLimitHeaders(limits => limits.FixedWindow("minute", 2, TimeSpan.FromMinutes(1)).Headers(headers)));
        api.Use((context, next) =>
        {
            methods.Enqueue(context.Request.Method);
            return next(context);
        });
        _ = isCorsFirst ? api.UseCors().UseRateLimitHeaders() : api.UseRateLimitHeaders().UseCors();
        api.MapGet("/", () => "hello");
        await api.StartAsync();
        return new CrossOriginApi(site, api, await chromium.OpenAsync(origin), methods);
    }

    /// <summary>Has the script of the page fetch from the API.</summary>
    /// <returns>The status, and a line for each of the named fields.</returns>
    public Task<string> FetchAsync(params string[] names) =>
        _page.EvaluateAsync<string>(Script, new object[] { ServerAddress.Of(_api.Services), names });

    public async ValueTask DisposeAsync()
    {
        await _page.CloseAsync();
        await _api.DisposeAsync();
        await _site.DisposeAsync();
    }

    private static WebApplication Build(Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        configure(builder.Services);
        return builder.Build();
    }
}
