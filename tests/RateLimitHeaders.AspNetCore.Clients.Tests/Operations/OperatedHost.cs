using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>An API on Kestrel with a status endpoint and operations. Its users are named by the field <c>Test-User</c>, and all are operators.</summary>
internal sealed class OperatedHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private OperatedHost(WebApplication app)
    {
        _app = app;
        Address = ServerAddress.Of(app.Services);
    }

    public string Address { get; }

    public string Page => $"{Address}/operations/rate-limits";

    /// <summary>Gets or sets what answers in place of the operations once the session of the operator is over; <see langword="null"/> before.</summary>
    public RequestDelegate? LogIn { get; set; }

    public static async Task<OperatedHost> StartAsync(Action<RateLimitsBuilder>? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, NamedUsers>("Test", null);
        builder.Services.AddAuthorization(options => options.AddPolicy("operators", policy => policy.RequireAuthenticatedUser()));
        builder.Services.AddRateLimitHeaders(all => all
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .Resource("core")
                .For("user", plan => plan.FixedWindow("hourly", 50, TimeSpan.FromHours(1)).TokenBucket("burst", capacity: 20, refillPerSecond: 0.01))
                .ForAnonymous(plan => plan.FixedWindow("hourly", 10, TimeSpan.FromHours(1)).WithoutHeaders()))
            .AddPolicy("search", policy => policy.SlidingWindow("hourly", 30, TimeSpan.FromHours(1))));
        builder.Services.AddRateLimitHeaders(limits ?? (static _ => { }));
        var app = builder.Build();
        OperatedHost? host = null;
        app.Use((context, next) => context.Request.Path.StartsWithSegments("/operations", StringComparison.Ordinal) && host?.LogIn is { } logIn
            ? logIn(context)
            : next(context));
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "hello");
        app.MapGet("/login", () => Results.Content("<h1>Log in</h1>", "text/html"));
        app.MapGet("/search", () => "found").RequireRateLimiting("search");
        app.MapRateLimitStatus("/rate_limit");
        app.MapRateLimitOperations("/operations/rate-limits", "operators");
        await app.StartAsync();
        return host = new OperatedHost(app);
    }

    /// <summary>Sends requests of a user.</summary>
    public async Task SendAsync(string? user, int times, string path = "/")
    {
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address + path);
            if (user is not null)
            {
                request.Headers.Add("Test-User", user);
            }

            using var response = await _client.SendAsync(request);
        }
    }

    /// <summary>Opens the page, and collects all errors of it: scripts that fail, and what its content security policy forbids.</summary>
    public async Task<(IPage Page, List<string> Complaints)> OpenPageAsync(Chromium chromium, ColorScheme scheme, Func<IPage, Task>? prepare = null)
    {
        List<string> complaints = [];
        var page = await chromium.OpenAsync("about:blank");
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        await (prepare?.Invoke(page) ?? Task.CompletedTask);
        var response = await page.GotoAsync(Page);
        Assert.Matches(
            "^default-src 'none'; script-src 'nonce-[^']+'; style-src 'nonce-[^']+'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$",
            response!.Headers["content-security-policy"]);
        await Assertions.Expect(page.Locator("#at")).ToContainTextAsync("As of");
        return (page, complaints);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class NamedUsers(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var user = Request.Headers["Test-User"].ToString();
            var isOfPage = Request.Path.StartsWithSegments("/operations", StringComparison.Ordinal);
            Claim[] claims = user.Length > 0 ? [new("sub", user)] : isOfPage ? [new("sub", "root")] : [];
            return Task.FromResult(claims.Length == 0
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name)), Scheme.Name)));
        }
    }
}
