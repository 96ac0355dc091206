using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Servers that share one plan and one clock, and take permits in batches.</summary>
internal sealed class BatchingNodes(ManualTimeProvider clock, BatchTuning tuning, params Quota[] quotas) : IAsyncDisposable
{
    private static int s_plans;

    private readonly string _policyName = $"batching{Interlocked.Increment(ref s_plans)}";
    private readonly List<PlanPartitions> _nodes = [];

    /// <summary>Gets the longest that can be set: the clock jumps over days, and each renewal is a call.</summary>
    public static TimeSpan HeldPermitLifetime { get; } = TimeSpan.FromDays(1);

    public ManualTimeProvider Clock => clock;

    public List<TestedRunner> Runners { get; } = [];

    /// <summary>Every caller is hot from the first request on, and takes all that remains if it uses so much.</summary>
    public static BatchTuning EagerTuning(int maxBatch, TimeSpan holdTime) => new(maxBatch, holdTime, Nodes: 1) { HotRequests = 1, LeastParts = 1 };

    /// <summary>Adds a server, with a runner of its own that counts its calls.</summary>
    public PlanPartitions Add(bool remembersRejections)
    {
        var options = RedisTesting.OptionsOf(clock);
        options.RememberRejections = remembersRejections;
        options.HeldPermitLifetime = HeldPermitLifetime;
        var runner = TestedRunner.Shared();
        Runners.Add(runner);
        var context = TestPlan.Create(clock, _policyName, quotas);
        var guard = new StoreGuard(new TestedRedisStore(runner, options), clock, context.Metrics, NullLogger.Instance);
        _nodes.Add(StoreStack.Create(guard, context, tuning));
        return _nodes[^1];
    }

    /// <summary>Takes as many permits of the only quota.</summary>
    public async Task<TestedDecision> TakeAsync(int node, long permits, double limit)
    {
        var principal = new RateLimitPrincipal("user", "alice");
        var decision = new RateLimitDecision { Principal = principal };
        await _nodes[node].AcquireAsync(new AcquireArguments(principal, new[] { permits }, new[] { limit }), decision);
        return new(_nodes[node], decision, quotas: 1, RateLimitClock.For(clock));
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        await SettleAsync();
        clock.Advance(time);
        await SettleAsync();
    }

    /// <summary>Disposes the servers. One that is disposed waits for its batches to be given back.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(() => _nodes.ForEach(node => node.Dispose())));

    /// <summary>Waits for the calls that no request waits for.</summary>
    private async Task SettleAsync()
    {
        for (var attempt = 0; _nodes.OfType<BatchingPartitions>().Any(node => node.CallsBehind > 0); attempt++)
        {
            Assert.True(attempt < 100_000, "Calls come to no end.");
            await (attempt < 1_000 ? Task.Run(() => Thread.SpinWait(100)) : Task.Delay(1));
        }
    }
}
