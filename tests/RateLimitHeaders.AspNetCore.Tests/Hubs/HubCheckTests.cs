using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What hub methods require is checked when the application starts.</summary>
public class HubCheckTests
{
    private static readonly (LogLevel Level, int Id, string Message) s_notUsed = (LogLevel.Warning, 33,
        "AddRateLimitHeaders was called and UseRateLimitHeaders() was not: no HTTP request is limited. Call app.UseRateLimitHeaders().");

    [Fact]
    public async Task Method_WithAMissingPolicy_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync<MissingPolicyHub>(HubTesting.AddHubs));
        Assert.Equal(
            ["Endpoint \"MissingPolicyHub.Send\" requires the rate limiting policy \"chat\", which does not exist "
                + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"chat\", …) or correct the name. There are \"calls\"."],
            exception.Errors.Select(error => error.Message));
    }

    [Fact]
    public async Task Method_WithACostAboveTheLimit_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync<CostlyHub>(HubTesting.AddHubs));
        Assert.Equal(
            ["Endpoint \"CostlyHub.Send\" costs 11 permits of quota \"minute\" (policy \"calls\"), whose limit is 10; raise the limit or lower the cost, or else no request is ever admitted."],
            exception.Errors.Select(error => error.Message));
    }

    [Fact]
    public async Task Method_WhereInvocationsAreNotLimited_IsWarnedOf()
    {
        await using var api = await StartAsync<MissingPolicyHub>(services => services.AddSignalR());
        Assert.Equal(
            [(LogLevel.Warning, 90, "Hub method MissingPolicyHub.Send has EnableRateLimiting, and its invocations are not limited. Call AddSignalR().AddRateLimitHeaders().")],
            api.Log.Entries.Where(entry => entry.Id == 90));
    }

    [Fact]
    public async Task Method_WithAMissingPolicyWhereNoPipelineHasTheMiddleware_StopsTheStart()
    {
        await using var app = WithoutMiddleware(new RecordingLogger());
        app.MapHub<MissingPolicyHub>("/hub");

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync());
        Assert.Equal(["RLH0501"], exception.Errors.Select(error => error.Id));
    }

    [Theory]
    [InlineData(true, "MissingHub")]
    [InlineData(false, "/hub", "/hub/negotiate")]
    public async Task Hub_WithAMissingPolicy_StopsTheStart(bool isExempt, params string[] names)
    {
        await using var app = WithoutMiddleware(new RecordingLogger());
        var hub = app.MapHub<MissingHub>("/hub");
        if (isExempt)
        {
            hub.DisableRateLimiting();
        }

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => app.StartAsync());
        Assert.Equal(
            names.Select(name => $"Endpoint \"{name}\" requires the rate limiting policy \"chat\", which does not exist "
                + "(those of AddRateLimiter have no effect here); add it with AddPolicy(\"chat\", …) or correct the name. There are \"calls\"."),
            exception.Errors.Select(error => error.Message).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Limits_OfHubsAlone_NeedNoMiddleware()
    {
        var log = new RecordingLogger();
        await using var app = WithoutMiddleware(log);
        app.MapHub<CallHub>("/hub");
        app.MapGet("/", () => "hello");
        await app.StartAsync();

        Assert.Empty(log.Entries);
    }

    [Fact]
    public async Task Limits_OfHubsAndOfAnotherEndpoint_NeedTheMiddleware()
    {
        var log = new RecordingLogger();
        await using var app = WithoutMiddleware(log);
        app.MapHub<CallHub>("/hub");
        app.MapGet("/", () => "hello").RequireRateLimiting("calls");
        await app.StartAsync();

        Assert.Equal([s_notUsed], log.Entries);
    }

    [Fact]
    public async Task Limits_OfNoHubThatIsMapped_NeedTheMiddleware()
    {
        var log = new RecordingLogger();
        await using var app = WithoutMiddleware(log);
        app.MapGet("/", () => "hello").RequireRateLimiting("calls");
        await app.StartAsync();

        Assert.Equal([s_notUsed], log.Entries);
    }

    [Fact]
    public async Task AddRateLimitHeaders_Twice_CountsOnce()
    {
        await using var api = await TestApi.StartAsync(
            limits => HubTesting.AddPolicies(limits, policy => policy.FixedWindow("minute", 2, TimeSpan.FromMinutes(1))),
            HubTesting.MapHub,
            services => services.AddSignalR().AddRateLimitHeaders().AddRateLimitHeaders());
        await using var connection = await api.ConnectAsync();
        Assert.Equal(["hello", "hello"], [await connection.CallAsync("Echo"), await connection.CallAsync("Echo")]);
        Assert.Contains("Rate limit exceeded", await connection.CallAsync("Echo"), StringComparison.Ordinal);
    }

    private static WebApplication WithoutMiddleware(RecordingLogger log) => BareHost.Build(
        limits => limits.AddPolicy("calls", policy => policy.FixedWindow("minute", 10, TimeSpan.FromMinutes(1))),
        services =>
        {
            HubTesting.AddHubs(services);
            services.AddLogging(logging => logging.AddProvider(log));
        });

    private static Task<TestApi> StartAsync<THub>(Action<IServiceCollection> services)
        where THub : Hub =>
        TestApi.StartAsync(
            limits => limits.AddPolicy("calls", policy => policy.FixedWindow("minute", 10, TimeSpan.FromMinutes(1))),
            web => web.MapHub<THub>("/hub"),
            services);

#pragma warning disable CA1822 // SignalR finds no static methods.
    private sealed class MissingPolicyHub : Hub
    {
        [EnableRateLimiting("chat")]
        public void Send()
        {
        }

        [DisableRateLimiting]
        [RateLimitCost(5)]
        public void Free()
        {
        }
    }

    [EnableRateLimiting("chat")]
    private sealed class MissingHub : Hub
    {
        public void Send()
        {
        }
    }

    [EnableRateLimiting("calls")]
    private sealed class CallHub : Hub
    {
        public void Send()
        {
        }
    }

    [EnableRateLimiting("calls")]
    private sealed class CostlyHub : Hub
    {
        [RateLimitCost(11)]
        public void Send()
        {
        }

        [DisableRateLimiting]
        [RateLimitCost(11)]
        public void Free()
        {
        }
    }
#pragma warning restore CA1822
}
