using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A real host with the middleware, on a clock of the test's, whose callers are named by the requests.</summary>
public sealed class TestApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private TestApi(WebApplication app, ManualTimeProvider time, RecordingLogger log)
    {
        _app = app;
        _client = app.GetTestClient();
        Time = time;
        Log = log;
    }

    public ManualTimeProvider Time { get; }

    public RecordingLogger Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a host whose only endpoint is <c>GET /</c>, unless others are mapped.</summary>
    public static async Task<TestApi> StartAsync(
        Action<RateLimitsBuilder> limits,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? before = null,
        ManualTimeProvider? time = null)
    {
        time ??= new ManualTimeProvider();
        var log = new RecordingLogger();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        // For this provider, so that no settings of a sample, which are beside the tests, say otherwise.
        builder.Logging.ClearProviders().AddProvider(log).AddFilter<RecordingLogger>(category: null, LogLevel.Debug);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddRateLimitHeaders(limits);
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.Use(IdentifyCaller);
        before?.Invoke(app);
        app.UseRateLimitHeaders();
        (map ?? (static web => web.MapGet("/", () => "hello")))(app);
        await app.StartAsync();
        return new TestApi(app, time, log);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="path">The path.</param>
    /// <param name="claims">Claims of an authenticated user, as <c>type=value</c>.</param>
    /// <param name="address">The client's address; none by default.</param>
    /// <param name="method">The method, GET by default.</param>
    /// <param name="headers">Further request headers.</param>
    public async Task<TestResponse> SendAsync(
        string path = "/", string[]? claims = null, string? address = null, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        return await SendAsync(request, claims, address, headers);
    }

    /// <summary>Sends a request with a body.</summary>
    /// <param name="path">The path.</param>
    /// <param name="content">The body.</param>
    /// <param name="address">The client's address; none by default.</param>
    /// <param name="headers">Further request headers.</param>
    public async Task<TestResponse> PostAsync(
        string path, HttpContent content, string? address = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await SendAsync(request, claims: null, address, headers);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task<TestResponse> SendAsync(
        HttpRequestMessage request, string[]? claims, string? address, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (claims is not null)
        {
            request.Headers.TryAddWithoutValidation("Test-Claims", string.Join('&', claims));
        }

        if (address is not null)
        {
            request.Headers.TryAddWithoutValidation("Test-Address", address);
        }

        using var response = await _client.SendAsync(request);
        return await TestResponse.ReadAsync(response);
    }

    private static Task IdentifyCaller(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers["Test-Claims"].ToString() is { Length: > 0 } claims)
        {
            var pairs = claims.Split('&').Select(pair => pair.Split('=', 2));
            context.User = new ClaimsPrincipal(new ClaimsIdentity(pairs.Select(pair => new Claim(pair[0], pair[1])), "Test"));
        }

        if (context.Request.Headers["Test-Address"].ToString() is { Length: > 0 } address)
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        }

        return next(context);
    }
}
