namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies about which a store decides in one step, with an answer that comes too late.</summary>
public class CombinedOutageTests
{
    private readonly TaskCompletionSource _lateAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isLate;
    private bool _isGone;

    [Fact]
    public async Task LateRejectionByTheStore_LeavesTheChargeOfWhatTheCallerTookInTheOutage()
    {
        var store = new DictionaryStore { Combines = true, Combine = DecideAsync, BeforeLoad = (_, _) => LoadAsync() };
        await using var api = await StartAsync(store, new ManualTimeProvider());
        await using var other = await StartAsync(new DictionaryStore(store.States), api.Time);
        Assert.Equal(200, await SendAsync(api, "/search"));

        _isLate = true;
        var late = SendAsync(api, "/search");
        await Eventually.IsTrueAsync(() => late.IsCompleted, "The deadline does not end.", api.Time, TimeSpan.FromMilliseconds(10));
        Assert.Equal(429, await late);
        (_isLate, _isGone) = (false, true);
        Assert.Equal(200, await SendAsync(api, "/browse"));
        Assert.Equal(200, await SendAsync(api, "/browse"));
        _isGone = false;
        _lateAnswer.SetResult();

        // A charge of one permit less would be made, too.
        await Eventually.IsTrueAsync(
            () => RemainingAsync(other).Result != 49, "Nothing is charged after the outage.", api.Time, TimeSpan.FromMilliseconds(10));
        Assert.Equal(47, await RemainingAsync(other));
    }

    private static async Task<int> SendAsync(TestApi api, string path) => (int)(await api.SendAsync(path, address: "192.0.2.1")).Status;

    private static Task<TestApi> StartAsync(DictionaryStore store, ManualTimeProvider time) => TestApi.StartAsync(
        limits => limits
            .AddPolicy("search", policy => policy.FixedWindow("minute", 1, Minute))
            .AddPolicy("browse", policy => policy.FixedWindow("day", 50, Day))
            .Global(policy => policy.ForOthers(plan => plan.FixedWindow("hour", 50, Hour).ChargeAfterOutage())),
        web =>
        {
            web.MapGet("/search", () => "found").RequireRateLimiting("search");
            web.MapGet("/browse", () => "all").RequireRateLimiting("browse");
        },
        services => services.AddRateLimitHeaders().AddStore(store),
        time: time);

    /// <summary>Returns what is left in the store, as a server reads it that has had no outage.</summary>
    private static async Task<double?> RemainingAsync(TestApi api)
    {
        var operators = api.Services.GetRequiredService<IRateLimitOperator>();
        var standings = await operators.LookAsync(new RateLimitTarget("anonymous", "192.0.2.1") { PolicyName = "global" });
        return standings[0].Statuses[0].Remaining;
    }

    private ValueTask LoadAsync() => _isGone ? throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone") : default;

    /// <summary>Takes of each plan, or rejects by the first one and takes nothing.</summary>
    private async ValueTask<bool> DecideAsync(ReadOnlyMemory<PlanAcquisition> plans)
    {
        var rejects = _isLate;
        if (rejects)
        {
            await _lateAnswer.Task;
        }

        for (var i = 0; i < plans.Length; i++)
        {
            var plan = plans.Span[i];
            var arguments = rejects && i > 0 ? new AcquireArguments(plan.Arguments.Principal, new long[1], plan.Arguments.Limits) : plan.Arguments;
            await plan.Partitions.AcquireAsync(arguments, plan.Decision);
        }

        return true;
    }
}
