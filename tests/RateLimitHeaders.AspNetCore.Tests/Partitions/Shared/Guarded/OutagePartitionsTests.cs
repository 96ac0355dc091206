namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class OutagePartitionsTests : IDisposable
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    private readonly ManualTimeProvider _clock = new();
    private readonly OutagePartitions _partitions;

    public OutagePartitionsTests() => _partitions = new OutagePartitions(
        TestPlan.Create(_clock, "api", Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1))), nodes: 2);

    /// <summary>Gets a plan whose limits do not depend on the caller, unless that has a plan by name.</summary>
    private PartitionsContext Static =>
        TestPlan.Create(_clock, TestPlan.Of(new QuotaDefinition(Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1)), Limit: null)));

    public void Dispose() => _partitions.Dispose();

    [Fact]
    public async Task Partitions_NotNeeded_RunNoTimer()
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        await _partitions.AdjustAsync(decision, new AdjustArguments(new long[] { 1 }));
        await _partitions.ReleaseAsync(decision);
        await _partitions.ResetAsync(s_alice, CancellationToken.None);
        Assert.True(_partitions.TryUpdate(TestPlan.Define("api", Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1)))));
        Assert.Equal(0, _clock.RunningTimers);
        await TakeAsync(8);
        Assert.Equal(1, _clock.RunningTimers);
    }

    [Fact]
    public async Task Timer_OfThePartitions_HasNoContextOfTheRequestThatNeedsThem()
    {
        var clock = new ContextNotingClock();
        using var partitions = new OutagePartitions(TestPlan.Create(clock, "api", Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1))), nodes: 2);
        clock.Contexts.Clear();
        await partitions.AcquireAsync(
            new AcquireArguments(s_alice, new long[] { 1 }, new double[] { 8 }), new RateLimitDecision { Principal = s_alice });
        Assert.Null(Assert.Single(clock.Contexts));
        Assert.False(ExecutionContext.IsFlowSuppressed());
    }

    [Fact]
    public async Task Acquire_UnknownCaller_HasAShareOfTheInitialLimit()
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        double[] initial = [20];
        await _partitions.AcquireAsync(
            new AcquireArguments(s_alice, new long[] { 1 }, new[] { double.NaN }) { InitialLimits = initial }, decision);
        Assert.Equal((10d, 9L), (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining));
        Assert.Equal((10d, 8L), Told(await TakeAsync(double.NaN)));
    }

    [Fact]
    public async Task Peek_ReturnsTheShare()
    {
        await TakeAsync(8);
        var decision = new RateLimitDecision { Principal = s_alice };
        double[] limits = [6];
        await _partitions.PeekAsync(new(s_alice, limits, decision), CancellationToken.None);
        Assert.Equal((3d, 2L), Told(decision));
    }

    [Fact]
    public async Task Peek_WithoutLimits_ReturnsTheShareOfTheLimitsOfTheCaller()
    {
        using var partitions = new OutagePartitions(Static, nodes: 2);
        Assert.Equal((4d, 4L), Told(await PeekAsync(partitions)));
        await partitions.AcquireAsync(new AcquireArguments(s_alice, new long[] { 1 }, new double[] { 20 }), new RateLimitDecision { Principal = s_alice });
        Assert.Equal((10d, 9L), Told(await PeekAsync(partitions)));
    }

    [Fact]
    public async Task Peek_WithoutLimits_AfterAnAnswerOfTheStore_ReturnsTheShareOfItsLimits()
    {
        using var partitions = new OutagePartitions(Static, nodes: 2);
        using var store = new MemoryPartitions(Static);
        var answer = new RateLimitDecision { Principal = s_alice };
        await store.AcquireAsync(new AcquireArguments(s_alice, new long[] { 6 }, new double[] { 20 }), answer);
        partitions.Note(answer);
        Assert.Equal((10d, 7L), Told(await PeekAsync(partitions)));
    }

    [Fact]
    public async Task Reset_ForgetsWhatIsUsed()
    {
        await TakeAsync(8);
        await _partitions.ResetAsync(s_alice, CancellationToken.None);
        Assert.Equal((4d, 3L), Told(await TakeAsync(8)));
    }

    [Fact]
    public async Task Acquire_AfterDispose_IsCountedAndLeavesNoTimer()
    {
        _partitions.Dispose();
        Assert.Equal((4d, 3L), Told(await TakeAsync(8)));
        Assert.Equal(0, _clock.RunningTimers);
    }

    private static (double Limit, long Remaining) Told(RateLimitDecision decision) =>
        (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining);

    private static async Task<RateLimitDecision> PeekAsync(OutagePartitions partitions)
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        await partitions.PeekAsync(new(s_alice, default, decision), CancellationToken.None);
        return decision;
    }

    private async Task<RateLimitDecision> TakeAsync(double limit)
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        await _partitions.AcquireAsync(new AcquireArguments(s_alice, new long[] { 1 }, new[] { limit }), decision);
        return decision;
    }

    /// <summary>Notes the context that each timer captures, as the timers of the system do.</summary>
    private sealed class ContextNotingClock : TimeProvider
    {
        private readonly ManualTimeProvider _clock = new();

        public List<ExecutionContext?> Contexts { get; } = [];

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Contexts.Add(ExecutionContext.Capture());
            return _clock.CreateTimer(callback, state, dueTime, period);
        }
    }
}
