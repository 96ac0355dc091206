using System.Net;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Hubs that are reached without HTTP: there is no request, and so no address.</summary>
public sealed class HubTransportTests : IDisposable
{
    private readonly RecordingLogger _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Connections_WithoutHttp_ShareOneCount()
    {
        await using var app = await StartAsync(static _ => { });
        var port = new Uri(app.Urls.Single()).Port;
        using var one = await RawHubClient.ConnectAsync(port);
        using var other = await RawHubClient.ConnectAsync(port);
        Assert.Equal("hello", await one.CallAsync("Echo", "hello"));
        Assert.Equal("hello", await other.CallAsync("Echo", "hello"));
        Assert.Equal(
            "An unexpected error occurred invoking 'Echo' on the server. HubException: Rate limit exceeded; retry after 60 s.",
            await one.CallAsync("Echo", "hello"));
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Rule_ThatNeedsAnAddress_FailsNoInvocation()
    {
        await using var app = await StartAsync(limits => limits
            .Principals(who => who.From(context => new("key", context.Connection.RemoteIpAddress!.ToString()), "key")));
        using var client = await RawHubClient.ConnectAsync(new Uri(app.Urls.Single()).Port);
        Assert.Equal("hello", await client.CallAsync("Echo", "hello"));
        Assert.Equal(
            ["From(…) failed; the request counts as a request of its client IP address."],
            _log.Entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Message));
    }

    [Fact]
    public async Task Request_WithoutServices_HasThoseOfEachInvocation()
    {
        var request = new DefaultHttpContext();
        request.Request.Headers["Tenant"] = "t";
        await using var app = await StartAsync(
            limits => limits.Principals(who => who.FromService<ScopedPrincipalResolver>("tenant")),
            services => services.AddScoped<ScopedPrincipalResolver>(),
            listen => listen.Use(next => connection =>
            {
                connection.Features.Set<IHttpContextFeature>(new ConnectedRequest { HttpContext = request });
                return next(connection);
            }));
        using var client = await RawHubClient.ConnectAsync(new Uri(app.Urls.Single()).Port);
        Assert.Equal("hello", await client.CallAsync("Echo", "hello"));
        Assert.Equal("hello", await client.CallAsync("Echo", "hello"));

        // A resolver of an earlier invocation would have served several.
        var listing = await app.Services.GetRequiredService<IRateLimitOperator>().ListNearestAsync(new RateLimitCallerQuery("calls", "tenant"));
        Assert.Equal(["t, instance served 1, aborted: True"], listing.Callers.Select(caller => caller.Id));
        Assert.Equal([0L], listing.Callers.Select(caller => caller.Statuses[0].Remaining));
        Assert.Null(request.RequestServices);
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    private async Task<WebApplication> StartAsync(
        Action<RateLimitsBuilder> limits, Action<IServiceCollection>? services = null, Action<ListenOptions>? before = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen =>
        {
            before?.Invoke(listen);
            listen.UseHub<TestHub>();
        }));
        builder.Logging.ClearProviders().AddProvider(_log).AddFilter<RecordingLogger>(category: null, LogLevel.Debug);
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        HubTesting.AddHubs(builder.Services);
        services?.Invoke(builder.Services);
        builder.Services.AddRateLimitHeaders(all =>
        {
            HubTesting.AddPolicies(all, calls: policy => policy.FixedWindow("minute", 2, TimeSpan.FromMinutes(1)));
            limits(all);
        });
        var app = builder.Build();
        app.UseRateLimitHeaders();
        await app.StartAsync();
        return app;
    }

    private sealed class ConnectedRequest : IHttpContextFeature
    {
        public HttpContext? HttpContext { get; set; }
    }
}
