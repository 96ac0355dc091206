using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public sealed class RedisHealthCheckTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly FakeDatabase _database;
    private readonly TestedGateway _tested;

    public RedisHealthCheckTests()
    {
        (var multiplexer, _database) = FakeDatabase.Create();
        _tested = new TestedGateway(RedisConnection.Of(multiplexer), timeProvider: _time);
    }

    public void Dispose() => _tested.Dispose();

    [Fact]
    public async Task Check_NoStore_SaysWhatIsMissing()
    {
        using var services = Services(static _ => { });

        var entry = await CheckAsync(services);

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(
            "No limits are counted in Redis: limits.UseRedis(…) was not called, or the pipeline with UseRateLimitHeaders() is not built yet.",
            entry.Description);
    }

    [Fact]
    public async Task Check_RedisAnswers_IsHealthy()
    {
        using var services = Services(gateways => gateways.Add(_tested.Gateway));

        var check = CheckAsync(services);
        (await _database.CallAsync(0)).SetResult(FakeDatabase.Answer);

        Assert.Equal((HealthStatus.Healthy, "Limits are counted in Redis."), ((await check).Status, (await check).Description));
    }

    [Fact]
    public async Task Check_RedisAnswersNoMore_FindsOutAndTellsSinceWhenAndWhy()
    {
        using var services = Services(gateways => gateways.Add(_tested.Gateway));

        var check = CheckAsync(services);
        (await _database.CallAsync(0)).SetException(RedisErrors.Connection("it is gone"));

        Assert.Equal(HealthStatus.Degraded, (await check).Status);
        Assert.Equal(
            "Redis cannot count since 2026-05-23 14:07:13Z (it is gone). Until it can, limits are counted in this server's memory.",
            (await check).Description);
    }

    [Fact]
    public async Task Check_OutageIsKnown_AsksNobody()
    {
        using var services = Services(gateways => gateways.Add(_tested.Gateway), HealthStatus.Unhealthy);
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}");
        _time.Advance(TimeSpan.FromMilliseconds(101));
        await call;
        await _database.CallAsync(1);

        var entry = await CheckAsync(services);

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("there was no answer within 100 ms", entry.Description, StringComparison.Ordinal);
        Assert.Equal(2, _database.Calls.Length);
    }

    [Fact]
    public async Task Check_CallFailedByItsOwnFault_TellsItForAMinute()
    {
        using var services = Services(gateways => gateways.Add(_tested.Gateway));
        var call = _tested.RunAsync(TestedGateway.Count, "test:{a}");
        _database.Calls[0].SetException(RedisErrors.Server("WRONGTYPE of a key"));
        await call;

        var check = CheckAsync(services);
        (await _database.CallAsync(1)).SetResult(FakeDatabase.Answer);
        Assert.Equal(HealthStatus.Degraded, (await check).Status);
        Assert.Contains("WRONGTYPE of a key", (await check).Description, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(1));
        check = CheckAsync(services);
        (await _database.CallAsync(2)).SetResult(FakeDatabase.Answer);
        Assert.Equal(HealthStatus.Healthy, (await check).Status);
    }

    private static ServiceProvider Services(Action<RedisGateways> add, HealthStatus? failureStatus = null)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddHealthChecks().AddRateLimitHeadersRedis(failureStatus: failureStatus);
        var provider = services.BuildServiceProvider();
        add(provider.GetRequiredService<RedisGateways>());
        return provider;
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["rate-limit-headers-redis"];
}
