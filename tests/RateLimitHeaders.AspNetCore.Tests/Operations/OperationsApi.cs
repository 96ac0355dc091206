using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A host with operations at <c>/ops</c>, for operators that a header names.</summary>
internal sealed class OperationsApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private OperationsApi(WebApplication app, RecordingLogger log)
    {
        _app = app;
        _client = app.GetTestClient();
        Log = log;
    }

    public RecordingLogger Log { get; }

    public ManualTimeProvider Time => (ManualTimeProvider)_app.Services.GetRequiredService<TimeProvider>();

    /// <summary>Builds a host, and starts it.</summary>
    /// <param name="map">Maps the operations.</param>
    /// <param name="hasMiddleware">Whether the pipeline limits requests.</param>
    /// <param name="bans">Whether the plan of users bans callers.</param>
    /// <param name="limits">Changes the limits.</param>
    /// <param name="store">The store that counts callers; <see langword="null"/> for memory.</param>
    public static async Task<OperationsApi> StartAsync(
        Action<WebApplication>? map = null, bool hasMiddleware = true, bool bans = false, RateLimitStore? store = null, Action<RateLimitsBuilder>? limits = null)
    {
        var log = new RecordingLogger();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(log).AddFilter<RecordingLogger>(category: null, LogLevel.Debug);
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderHandler>("Test", null);
        builder.Services.AddAuthorization(options => options.AddPolicy("operators", policy => policy.RequireClaim("role", "operator")));
        builder.Services.AddRateLimitHeaders(all => all
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .For("user", plan =>
                {
                    plan.FixedWindow("minute", 5, TimeSpan.FromMinutes(1));
                    _ = bans ? plan.Ban(after: 10, within: TimeSpan.FromMinutes(1), lasting: TimeSpan.FromMinutes(1)) : plan;
                })
                .ForAnonymous(plan => plan.FixedWindow("minute", 3, TimeSpan.FromMinutes(1)).WithoutHeaders())));
        builder.Services.AddRateLimitHeaders(limits ?? (static _ => { }));
        if (store is not null)
        {
            builder.Services.AddRateLimitHeaders().AddStore(store);
        }

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        if (hasMiddleware)
        {
            app.UseRateLimitHeaders();
        }

        app.MapGet("/", () => "hello");
        (map ?? (static web => web.MapRateLimitOperations("/ops", "operators")))(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new OperationsApi(app, log);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="path">The path.</param>
    /// <param name="claims">The claims of its user, as <c>type=value&amp;…</c>; an operator's by default.</param>
    /// <param name="json">The body of a POST; <see langword="null"/> for a GET.</param>
    /// <param name="headers">Further header fields.</param>
    public async Task<TestResponse> SendAsync(
        string path, string claims = "name=root&role=operator", string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Headers.TryAddWithoutValidation("Test-Claims", claims);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.TryAddWithoutValidation(
                "Content-Type", headers.FirstOrDefault(header => header.Name == "Content-Type").Value ?? "application/json; charset=utf-8");
        }

        using var response = await _client.SendAsync(request);
        return await TestResponse.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class HeaderHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var text = Request.Headers["Test-Claims"].ToString();
            if (text.Length == 0)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var claims = text.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => new Claim(pair[0], pair[1]));
            var user = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name, "name", "role"));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
        }
    }
}
