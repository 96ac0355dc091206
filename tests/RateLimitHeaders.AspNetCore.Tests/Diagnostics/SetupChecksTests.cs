using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.HttpOverrides;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SetupChecksTests
{
    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Real-IP")]
    [InlineData("Forwarded")]
    public async Task ForwardedFor_WithoutItsMiddleware_IsLoggedOnce(string field)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, Minute));
        await api.SendAsync(headers: (field, "203.0.113.7"));
        await api.SendAsync(headers: (field, "203.0.113.7"));

        Assert.Equal(
            [(LogLevel.Warning, 38,
                $"A request with {field} is limited by the address of the proxy that sent it, so that all callers behind the proxy share a limit. "
                + "Set ForwardedHeaders.XForwardedFor and the known proxies in ForwardedHeadersOptions, and ForwardedForHeaderName if the proxy "
                + "sends another field than X-Forwarded-For; call UseForwardedHeaders() before UseRateLimitHeaders().")],
            Complaints.Of(api));
    }

    [Theory]
    [InlineData("X-Client", false, 38)]
    [InlineData("X-Client", true)]
    [InlineData("X-Forwarded-For", true)]
    public async Task ForwardedFor_InFieldsOfOtherNames_IsLoggedUnlessItsMiddlewareHasRun(string field, bool runs, params int[] said)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, Minute),
            services: services => services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
                options.ForwardedForHeaderName = field;
                options.OriginalForHeaderName = "X-Proxy";
                options.KnownProxies.Add(IPAddress.Parse("192.0.2.1"));
            }),
            before: app => _ = runs ? app.UseForwardedHeaders() : app);
        await api.SendAsync(address: runs ? "192.0.2.1" : null, headers: (field, "198.51.100.9, 203.0.113.8"));

        Assert.Equal(said, Complaints.Of(api).Select(complaint => complaint.Id));
    }

    [Theory]
    [InlineData(false, 38)]
    [InlineData(true)]
    public async Task ForwardedFor_OverAUnixSocket_IsLoggedUnlessItsMiddlewareHasRun(bool runs, params int[] said)
    {
        using var log = new RecordingLogger();
        var socket = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddRateLimitHeaders(limits => limits.FixedWindow(5, Minute));
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = runs ? ForwardedHeaders.XForwardedFor : ForwardedHeaders.None);
        await using var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseRateLimitHeaders();
        app.MapGet("/", (HttpContext context) => $"{context.Connection.RemoteIpAddress}");
        await app.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.9, 203.0.113.8");

        Assert.Equal(runs ? "203.0.113.8" : "", await client.GetStringAsync(new Uri("http://localhost/")));
        Assert.Equal(said, log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Request_WhileOptionsOfForwardedHeadersThrow_IsLimited()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, Minute),
            services: services => services.Configure<ForwardedHeadersOptions>(_ => throw new FormatException("No address.")));

        var response = await api.SendAsync(headers: ("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal(("200", "4"), ($"{(int)response.Status}", response["X-RateLimit-Remaining"]));
        Assert.Equal([38], Complaints.Of(api).Select(complaint => complaint.Id));
    }

    [Fact]
    public async Task ForwardedFor_BehindItsMiddleware_IsNotLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, Minute),
            services: services => services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
                options.KnownProxies.Add(IPAddress.Parse("192.0.2.1"));
            }),
            before: app => app.UseForwardedHeaders());
        await api.SendAsync(address: "192.0.2.1", headers: ("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal("4", (await api.SendAsync(address: "192.0.2.1", headers: ("X-Forwarded-For", "203.0.113.8")))["X-RateLimit-Remaining"]);

        // What comes from before the known proxy stays in the field.
        await api.SendAsync(address: "192.0.2.1", headers: ("X-Forwarded-For", "198.51.100.9, 203.0.113.8"));
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task ForwardedFor_OfAUser_IsNotLogged()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, Minute));
        await api.SendAsync(claims: ["sub=ada"], headers: ("X-Forwarded-For", "203.0.113.7"));

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Cors_AfterTheLimits_IsLoggedOnce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, Minute), services: services => services.AddCors());
        await api.SendAsync(headers: ("Origin", "https://app.example"));
        Assert.Empty(Complaints.Of(api));
        await api.SendAsync(headers: ("Origin", "https://app.example"));
        await api.SendAsync(headers: ("Origin", "https://app.example"));

        await Eventually.IsTrueAsync(() => Complaints.Of(api).Length > 0, "Nothing is logged once the responses are complete.");
        Assert.Equal(
            [(LogLevel.Warning, 62,
                "A rejection of a cross-origin request carries no Access-Control-Allow-Origin, so that a browser reports a network error instead "
                + "of the status. If the application has UseCors(), place it before UseRateLimitHeaders().")],
            Complaints.Of(api));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nowhere")]
    public async Task Cors_BeforeTheLimits_IsNotLogged(string path)
    {
        using var completed = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, Minute),
            services: services => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins("https://app.example"))),
            before: app => Counting(app, completed).UseCors());
        await api.SendAsync(path, headers: ("Origin", "https://other.example"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync(path, headers: ("Origin", "https://other.example"))).Status);

        await completed.WaitAsync();
        await completed.WaitAsync();
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Cors_BeforeRouting_IsNotMissedWhereItsFieldIsThere()
    {
        using var completed = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, Minute),
            services: services => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins("https://app.example"))),
            before: app => Counting(app, completed).UseCors().UseRouting());
        await api.SendAsync(headers: ("Origin", "https://app.example"));
        var rejected = await api.SendAsync(headers: ("Origin", "https://app.example"));
        await completed.WaitAsync();
        await completed.WaitAsync();

        Assert.Equal((HttpStatusCode.TooManyRequests, "https://app.example"), (rejected.Status, rejected["Access-Control-Allow-Origin"]));
        Assert.Empty(Complaints.Of(api));
    }

    [Theory]
    [InlineData("http://localhost", null, 0)]
    [InlineData("https://other.example", "navigate", 0)]
    [InlineData("https://other.example", "cors", 1)]
    public async Task Cors_WhereABrowserDoesNotApplyIt_IsNotMissed(string origin, string? mode, int said)
    {
        // Controllers register the services of CORS, and browsers send Origin with each POST.
        using var completed = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, Minute),
            services: services => services.AddControllers(),
            before: app => Counting(app, completed));
        (string, string)[] headers = mode is null ? [("Origin", origin)] : [("Origin", origin), ("Sec-Fetch-Mode", mode)];
        await api.SendAsync(headers: headers);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync(headers: headers)).Status);

        await completed.WaitAsync();
        await completed.WaitAsync();
        Assert.Equal(said, Complaints.Of(api).Length);
    }

    [Fact]
    public async Task Cors_ThatTheApplicationDoesNotHave_IsNotMissed()
    {
        using var completed = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(1, Minute), before: app => Counting(app, completed));
        await api.SendAsync(headers: ("Origin", "https://app.example"));
        await api.SendAsync(headers: ("Origin", "https://app.example"));

        await completed.WaitAsync();
        await completed.WaitAsync();
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Authentication_AfterTheLimits_IsLoggedOnce()
    {
        await using var api = await StartWithSchemeAsync(_ => { }, after: app => app.UseAuthentication());
        await api.SendAsync(headers: ("Key", "ada"));
        await api.SendAsync(headers: ("Key", "ada"));

        Assert.Equal(
            [(LogLevel.Warning, 36,
                "UseRateLimitHeaders() runs before UseAuthentication(): a request was limited by its client IP address, and its user was "
                + "authenticated later. Place UseRateLimitHeaders() after UseAuthentication().")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task Findings_OfOneRequest_AreLoggedEach()
    {
        await using var api = await StartWithSchemeAsync(_ => { }, after: app => app.UseAuthentication());
        await api.SendAsync(headers: [("Key", "ada"), ("X-Forwarded-For", "203.0.113.7")]);
        await api.SendAsync(headers: [("Key", "ada"), ("X-Forwarded-For", "203.0.113.7")]);

        Assert.Equal([38, 36], Complaints.Of(api).Select(complaint => complaint.Id));
    }

    [Fact]
    public async Task Finding_BeforeAReload_IsNotLoggedAgain()
    {
        await using var api = await StartWithSchemeAsync(_ => { }, after: app => app.UseAuthentication());
        await api.SendAsync(headers: [("Key", "ada"), ("X-Forwarded-For", "203.0.113.7")]);
        var runtime = api.Runtime();

        runtime.Apply(runtime.Current.Definition with { MaxPartitions = 7 });
        await api.SendAsync(headers: [("Key", "ada"), ("X-Forwarded-For", "203.0.113.7")]);

        Assert.Equal([38, 36], Complaints.Of(api).Select(complaint => complaint.Id));
    }

    [Theory]
    [InlineData(true, 38, 36)]
    [InlineData(false)]
    public async Task Requests_ByAddress_AreLookedAtTheFirstTenThousandTimes(bool isLast, params int[] said)
    {
        await using var api = await StartWithSchemeAsync(_ => { }, after: app => app.UseAuthentication());
        var checks = api.Runtime().Current.Handling.Checks;
        var anonymous = new DefaultHttpContext();
        var looks = Enumerable.Range(0, isLast ? 9_999 : 10_000).Count(_ => checks.OnAddress(anonymous) == false);
        await api.SendAsync(headers: [("Key", "ada"), ("X-Forwarded-For", "203.0.113.7")]);

        Assert.Equal(isLast ? 9_999 : 10_000, looks);
        Assert.Equal(said, Complaints.Of(api).Select(complaint => complaint.Id));
        Assert.Null(checks.OnAddress(anonymous));
    }

    [Fact]
    public async Task Authentication_AfterTheLimitsOfNoUser_IsNotLogged()
    {
        await using var api = await StartWithSchemeAsync(
            limits => limits.Principals(who => who.FromIpAddress()), after: app => app.UseAuthentication());
        await api.SendAsync(headers: ("Key", "ada"));

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Authentication_ByAnotherSchemeThanTheDefault_IsLoggedOnce()
    {
        await using var api = await StartWithSchemeAsync(
            _ => { },
            before: app => app.UseAuthentication(),
            after: app =>
            {
                app.UseAuthorization();
                app.MapGet("/orders", () => "hello").RequireAuthorization(policy => policy.AddAuthenticationSchemes("Token").RequireAuthenticatedUser());
            });
        await api.SendAsync("/orders", headers: ("Token", "ada"));
        await api.SendAsync("/orders", headers: ("Token", "ada"));

        Assert.Equal(
            [(LogLevel.Warning, 91,
                "UseAuthentication() runs the default scheme only: a request was limited by its client IP address, and its user was authenticated "
                + "later by another scheme. Add FromAuthenticationScheme for that scheme, or make a policy scheme the default. "
                + "A user is identified by its name identifier, sub or name claim.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task LogIn_ThatSetsItsUser_IsNotLogged()
    {
        await using var api = await StartWithSchemeAsync(
            _ => { },
            before: app => app.UseAuthentication(),
            after: app => app.MapGet("/log-in", (HttpContext context) => { context.User = new ClaimsPrincipal(new ClaimsIdentity("Key")); }));
        await api.SendAsync("/log-in");

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Authentication_BeforeTheLimits_IsNotLogged()
    {
        await using var api = await StartWithSchemeAsync(_ => { }, before: app => app.UseAuthentication());
        await api.SendAsync(headers: ("Key", "ada"));
        await api.SendAsync();

        Assert.Empty(Complaints.Of(api));
    }

    // The callback runs after those that are registered later.
    private static IApplicationBuilder Counting(IApplicationBuilder app, SemaphoreSlim completed) => app.Use((context, next) =>
    {
        context.Response.OnCompleted(() => Task.FromResult(completed.Release()));
        return next(context);
    });

    private static Task<TestApi> StartWithSchemeAsync(
        Action<RateLimitsBuilder> limits, Action<WebApplication>? before = null, Action<WebApplication>? after = null) => TestApi.StartAsync(
        configured =>
        {
            configured.FixedWindow(5, Minute);
            limits(configured);
        },
        web =>
        {
            after?.Invoke(web);
            web.MapGet("/", () => "hello");
        },
        services => services.AddAuthorization().AddAuthentication("Key")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Key", null)
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Token", null),
        before);
}
