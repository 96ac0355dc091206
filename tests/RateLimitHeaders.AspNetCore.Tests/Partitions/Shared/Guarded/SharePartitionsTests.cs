namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class SharePartitionsTests : IDisposable
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    private readonly ManualTimeProvider _clock = new();
    private readonly SharePartitions _partitions;

    public SharePartitionsTests() => _partitions = new SharePartitions(
        TestPlan.Create(_clock, "api", Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1))), nodes: 2);

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
    public async Task Acquire_CallerThatNothingIsKnownOf_HasAShareOfTheInitialLimit()
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        double[] initial = [20];
        await _partitions.AcquireAsync(
            new AcquireArguments(s_alice, new long[] { 1 }, new[] { double.NaN }) { InitialLimits = initial }, decision);
        Assert.Equal((10d, 9L), (decision.Statuses[0].Limit!.Value, decision.Statuses[0].Remaining));
        Assert.Equal((10d, 8L), Told(await TakeAsync(double.NaN)));
    }

    [Fact]
    public async Task Peek_TellsTheShare()
    {
        await TakeAsync(8);
        var decision = new RateLimitDecision { Principal = s_alice };
        double[] limits = [6];
        await _partitions.PeekAsync(new PeekArguments[] { new(s_alice, limits, decision) }, CancellationToken.None);
        Assert.Equal((3d, 2L), Told(decision));
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

    private async Task<RateLimitDecision> TakeAsync(double limit)
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        await _partitions.AcquireAsync(new AcquireArguments(s_alice, new long[] { 1 }, new[] { limit }), decision);
        return decision;
    }
}
