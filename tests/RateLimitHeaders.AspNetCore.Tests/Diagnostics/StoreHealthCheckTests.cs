using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class StoreHealthCheckTests : IDisposable
{
    private readonly TestedPlan _plan = new(Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1)));

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Check_NoStore_IsDegradedAndNamesWhatIsMissing()
    {
        await using var services = new ServiceCollection().AddLogging().AddHealthChecks().AddRateLimitHeadersStore().Services.BuildServiceProvider();
        var entry = await CheckAsync(services);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(
            "No limits are counted in a store: no store was added to AddRateLimitHeaders(…), or the pipeline with UseRateLimitHeaders() is not built yet.",
            entry.Description);
    }

    [Fact]
    public async Task Check_StoreAnswers_IsHealthy()
    {
        await using var services = Services();
        var entry = await CheckAsync(services);
        Assert.Equal((HealthStatus.Healthy, "Limits are counted in Scripted."), (entry.Status, entry.Description));
        Assert.Equal(["check"], _plan.Store.Calls.Select(call => call.Kind));
    }

    [Theory]
    [InlineData(StoreUnavailable.LimitInMemory, null, HealthStatus.Degraded, "limits are counted in this server's memory")]
    [InlineData(StoreUnavailable.Admit, null, HealthStatus.Degraded, "all requests are admitted")]
    [InlineData(StoreUnavailable.Reject, null, HealthStatus.Unhealthy, "all requests are rejected")]
    [InlineData(StoreUnavailable.Admit, HealthStatus.Unhealthy, HealthStatus.Unhealthy, "all requests are admitted")]
    [InlineData(StoreUnavailable.Reject, HealthStatus.Degraded, HealthStatus.Degraded, "all requests are rejected")]
    public async Task Check_StoreCannotCount_ReturnsStatusStartAndCause(
        StoreUnavailable setting, HealthStatus? failureStatus, HealthStatus expected, string meanwhile)
    {
        _plan.Store.Options.WhenUnavailable = setting;
        var cause = new TimeoutException();
        _plan.Store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone", cause));
        await using var services = Services(failureStatus);
        var entry = await CheckAsync(services);
        Assert.Equal(expected, entry.Status);
        Assert.Equal($"Scripted cannot count since 2026-05-23 14:07:13Z (it is gone). Until it can, {meanwhile}.", entry.Description);
        Assert.Same(cause, entry.Exception);
    }

    [Fact]
    public async Task Check_StoreThatMayCountWrongly_IsDegradedWithTheFindings()
    {
        _plan.Store.Inspect = static _ => Task.FromResult<IReadOnlyList<string>>(["It forgets. Give it memory.", "It cheats. Take another one."]);
        await using var services = Services();
        var entry = await CheckAsync(services);
        Assert.Equal(
            (HealthStatus.Degraded, "Scripted answers, but may count wrongly. It forgets. Give it memory. It cheats. Take another one."),
            (entry.Status, entry.Description));
        _plan.Store.Inspect = static _ => throw new InvalidOperationException("It does not tell.");
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(services)).Status);
        _plan.Store.Inspect = static _ => Task.FromResult<IReadOnlyList<string>>([]);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(services)).Status);
    }

    [Fact]
    public async Task Check_InAnOutage_CallsNoStore()
    {
        _plan.Store.Answer = static _ => new(new TaskCompletionSource().Task);
        var call = _plan.TryAsync();
        _plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        await _plan.Store.CallAsync(1);
        await using var services = Services();
        HealthReportEntry entry = default;
        Assert.Equal(0, await _plan.Store.CallsOfAsync(async () => entry = await CheckAsync(services)));
        Assert.Contains("(there was no answer within 100 ms)", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CallFailedByItsOwnFault_IsDegradedForAMinute()
    {
        _plan.Store.Answer = static call => call.Kind == "check" ? call.Count() : throw new InvalidCastException("WRONGTYPE of a key.");
        Assert.False(await _plan.TryAsync());
        await using var services = Services();
        var entry = await CheckAsync(services);
        Assert.Equal(
            (HealthStatus.Degraded, "Scripted counts, but returned a non-transient error in the last minute: WRONGTYPE of a key."),
            (entry.Status, entry.Description));
        Assert.IsType<InvalidCastException>(entry.Exception);
        _plan.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(services)).Status);
    }

    [Fact]
    public async Task Check_OfAnApplication_FindsItsStore()
    {
        var store = new ScriptedStore();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(10, TimeSpan.FromHours(1)),
            services: services =>
            {
                services.AddRateLimitHeaders().AddStore(store);
                services.AddHealthChecks().AddRateLimitHeadersStore("limits", tags: ["ready"]);
            });
        var report = await api.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));
        Assert.Equal("Limits are counted in Scripted.", report.Entries["limits"].Description);
    }

    [Fact]
    public void AddRateLimitHeadersStore_InvalidArguments_Throws()
    {
        var builder = new ServiceCollection().AddHealthChecks();
        Assert.Throws<ArgumentNullException>("builder", () => ((IHealthChecksBuilder)null!).AddRateLimitHeadersStore());
        Assert.Throws<ArgumentException>("name", () => builder.AddRateLimitHeadersStore(" "));
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["rate-limit-headers-store"];

    private ServiceProvider Services(HealthStatus? failureStatus = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddRateLimitHeadersStore(failureStatus: failureStatus);
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<SharedStoreGuard>().GetOrCreate(() => _plan.Guard);
        return provider;
    }
}
