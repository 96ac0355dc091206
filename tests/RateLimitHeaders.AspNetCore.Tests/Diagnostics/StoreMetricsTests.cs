using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class StoreMetricsTests : IDisposable
{
    private const string Duration = "rate_limit_headers.store.call.duration";
    private const string Failures = "rate_limit_headers.store.failures";
    private const string Fallback = "rate_limit_headers.store.fallback_decisions";
    private const string Remembered = "rate_limit_headers.store.remembered_rejections";
    private const string Available = "rate_limit_headers.store.available";

    private readonly ManualTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordedMeasurements _measurements;
    private readonly RateLimitMetrics _metrics;
    private readonly StoreGuard _guard;
    private readonly TaskCompletionSource _answer = new();

    public StoreMetricsTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _measurements = new RecordedMeasurements(factory);
        _metrics = new RateLimitMetrics(factory);
        _guard = new StoreGuard(new ScriptedStore(), _clock, _metrics, NullLogger.Instance);
    }

    public void Dispose()
    {
        _guard.Dispose();
        _metrics.Dispose();
        _measurements.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Call_Answered_RecordsItsDuration()
    {
        var call = RunAsync(default);
        _clock.Advance(TimeSpan.FromMilliseconds(7));
        _answer.SetResult();
        Assert.True(await call);
        Assert.Equal([(0.007, "store=Scripted")], _measurements.Of(Duration));
        Assert.Empty(_measurements.Of(Failures));
        _measurements.Observe();
        Assert.Equal([(1, "store=Scripted")], _measurements.Of(Available));
    }

    [Fact]
    public async Task Call_AnsweredAtOnce_RecordsItsDuration()
    {
        _answer.SetResult();
        Assert.True(await RunAsync(default));
        Assert.Equal([(0, "store=Scripted")], _measurements.Of(Duration));
    }

    [Theory]
    [InlineData(StoreFailureKind.Server, "server")]
    [InlineData(StoreFailureKind.Connection, "connection")]
    [InlineData(StoreFailureKind.Deadline, "deadline")]
    [InlineData(StoreFailureKind.Call, "call")]
    public async Task Call_Fails_IsCountedByItsKind(StoreFailureKind kind, string tag)
    {
        var call = RunAsync(default);
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        _answer.SetException(new RateLimitStoreException(kind, "it fails"));
        Assert.False(await call);
        Assert.Equal([(1, $"store=Scripted kind={tag}")], _measurements.Of(Failures));
        Assert.Equal([(0.02, "store=Scripted")], _measurements.Of(Duration));
    }

    [Fact]
    public async Task Call_WithoutAnAnswer_IsCountedAtTheDeadline()
    {
        var call = RunAsync(default);
        _clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.False(await call);
        Assert.Equal([(1, "store=Scripted kind=deadline")], _measurements.Of(Failures));
        _answer.SetResult();
        Assert.Equal([(0.101, "store=Scripted")], _measurements.Of(Duration));
    }

    [Fact]
    public async Task Probe_IsNotCounted()
    {
        var failing = RunAsync(new CallTerms { IsProbe = true });
        _answer.SetException(new RateLimitStoreException(StoreFailureKind.Server, "it fails"));
        Assert.False(await failing);
        Assert.Empty(_measurements.Of(Failures));
        Assert.Empty(_measurements.Of(Duration));
    }

    [Fact]
    public async Task Available_InAnOutage_IsZero()
    {
        using var partitions = new ScriptedPartitions(
            new ScriptedStore { Answer = static _ => new(new TaskCompletionSource().Task) },
            TestPlan.Create(_clock, "api", Quota.FixedWindow("q", 1, TimeSpan.FromMinutes(1))));
        _guard.Add(partitions);
        var call = RunAsync(default);
        _answer.SetException(new RateLimitStoreException(StoreFailureKind.Server, "it fails"));
        Assert.False(await call);
        _measurements.Observe();
        Assert.Equal([(0, "store=Scripted")], _measurements.Of(Available));
    }

    [Fact]
    public async Task Decision_WithoutTheStore_IsCounted()
    {
        var store = new ScriptedStore();
        await using var api = await StartAsync(store);
        using var measured = RecordedMeasurements.Of(api);
        await api.SendAsync(claims: ["sub=alice"]);
        Assert.Empty(measured.Of(Fallback));

        // The call that fails, and one that is not made.
        store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone"));
        await api.SendAsync(claims: ["sub=bob"]);
        await api.SendAsync(claims: ["sub=bob"]);
        Assert.Equal(
            [(1, "store=Scripted policy=default token_type=user"), (1, "store=Scripted policy=default token_type=user")], measured.Of(Fallback));
        Assert.Empty(measured.Of(Remembered));
    }

    [Fact]
    public async Task Rejection_FromMemory_IsCounted()
    {
        await using var api = await StartAsync(new ScriptedStore());
        using var measured = RecordedMeasurements.Of(api);
        for (var i = 0; i < 4; i++)
        {
            await api.SendAsync(claims: ["sub=alice"]);
        }

        // The limit is two; the store rejects the third request, and memory the fourth.
        Assert.Equal([(1, "store=Scripted policy=default token_type=user")], measured.Of(Remembered));
        Assert.Equal(2, measured.Of("rate_limit_headers.rejections").Length);
        Assert.Empty(measured.Of(Fallback));
    }

    [Fact]
    public async Task Request_InAnOutageThatRejects_HasAResultOfItsOwn()
    {
        var store = new ScriptedStore
        {
            Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone")),
            Options = { WhenUnavailable = StoreUnavailable.Reject },
        };
        await using var api = await StartAsync(store);
        var factory = api.Services.GetRequiredService<IMeterFactory>();
        using var stock = new RecordedMeasurements(factory, StockMetrics.MeterName);
        using var ours = new RecordedMeasurements(factory);
        await api.SendAsync(claims: ["sub=alice"]);
        Assert.Equal(["aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.result=unavailable"], stock.Lines);
        Assert.Empty(ours.Of("rate_limit_headers.rejections"));
    }

    [Fact]
    public async Task Request_ThatWaitsForTheStore_IsNotQueued()
    {
        var store = new ScriptedStore { Answer = ScriptedStore.Wait };
        await using var api = await StartAsync(store);
        using var stock = RecordedMeasurements.Of(api, StockMetrics.MeterName);
        var before = store.Calls.Length;
        var request = api.SendAsync(claims: ["sub=alice"]);
        (await store.CallAsync(before)).Answered.SetResult();
        await request;
        Assert.Equal(
            [
                "aspnetcore.rate_limiting.active_request_leases 1",
                "aspnetcore.rate_limiting.active_request_leases -1",
                "aspnetcore.rate_limiting.request_lease.duration",
                "aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.result=acquired",
            ],
            stock.Lines);
    }

    [Fact]
    public async Task Request_InAnOutageThatAdmits_ChargesNothing()
    {
        var store = new ScriptedStore
        {
            Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone")),
            Options = { WhenUnavailable = StoreUnavailable.Admit },
        };
        await using var api = await StartAsync(store);
        using var measured = RecordedMeasurements.Of(api);
        await api.SendAsync(claims: ["sub=alice"]);
        Assert.Single(measured.Of(Fallback));
        Assert.Empty(measured.Of("rate_limit_headers.charges"));
    }

    private static Task<TestApi> StartAsync(ScriptedStore store) => TestApi.StartAsync(
        limits => limits.FixedWindow(2, TimeSpan.FromMinutes(1)),
        services: services => services.AddRateLimitHeaders().AddStore(store));

    private Task<bool> RunAsync(CallTerms terms) => _guard.RunAsync(terms, _answer.Task, static answer => new ValueTask(answer)).AsTask();
}
