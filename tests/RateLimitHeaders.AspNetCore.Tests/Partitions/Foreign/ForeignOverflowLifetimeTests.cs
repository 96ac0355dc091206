using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What becomes of the limiters that callers without room use.</summary>
public class ForeignOverflowLifetimeTests
{
    private readonly List<RateLimiter> _made = [];

    [Fact]
    public async Task SharedPartition_ThatIsFullAndIdle_IsDropped()
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(_ => Made(QuotaRateLimiter.Create(time, Quota.FixedWindow("api", 5, TimeSpan.FromMinutes(1)))), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.AskAsync("/ada");
        var shared = Assert.Single(_made);

        time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(9));
        foreign.Time.Advance(TimeSpan.FromMinutes(1));
        shared.AttemptAcquire(0).Dispose();

        time.Advance(TimeSpan.FromSeconds(10));
        foreign.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<ObjectDisposedException>(() => shared.AttemptAcquire(0));
        Assert.Equal(4, (await foreign.AskAsync("/ada")).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Partition_OfAnUnknownLimit_IsDroppedWhenItIsIdle()
    {
        TimeSpan? idle = null;
        using var foreign = new ForeignUnderTest(
            _ => Made(new ScriptedLimiter(() => new ScriptedLease(isAcquired: true)) { Idle = () => idle }), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.AskAsync("/ada");
        var limiter = Assert.IsType<ScriptedLimiter>(Assert.Single(_made));

        foreign.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(limiter.IsDisposed);
        idle = TimeSpan.FromSeconds(10);
        foreign.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(limiter.IsDisposed);
        await foreign.AskAsync("/ada");
        Assert.Equal(2, _made.Count);
    }

    [Fact]
    public async Task Limiters_ThatAreNotUsed_AreDisposedAtOnce()
    {
        using var foreign = new ForeignUnderTest(_ => Made(Window()), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.AskAsync("/ada");
        await foreign.AskAsync("/bob");

        Assert.Equal(2, _made.Count);
        _made[0].AttemptAcquire(0).Dispose();
        Assert.Throws<ObjectDisposedException>(() => _made[1].AttemptAcquire(0));
    }

    [Fact]
    public async Task Partitions_Disposed_DisposeAllLimitersThatWereMadeForThem()
    {
        var foreign = new ForeignUnderTest(_ => Made(Window()), maxPartitions: 1);
        await foreign.AskAsync("/own");
        await foreign.AskAsync("/shared");

        foreign.Dispose();

        Assert.Equal(2, _made.Count);
        Assert.All(_made, limiter => Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire(0)));
        Assert.Equal(0, foreign.Time.RunningTimers);
    }

    [Fact]
    public async Task Requests_UnderWayWhenThePartitionsAreDisposed_AreDecidedAndLeaveNothing()
    {
        var foreign = new ForeignUnderTest(_ => Made(Window()), maxPartitions: 1);
        await foreign.AskAsync("/own");
        var shared = await foreign.AskAsync("/shared");
        foreign.Dispose();

        Assert.True((await foreign.AskAsync("/own")).IsAcquired);
        Assert.True((await foreign.AskAsync("/shared")).IsAcquired);
        await foreign.ReleaseAsync(shared);

        Assert.Equal(4, _made.Count);
        Assert.All(_made, limiter => Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire(0)));
    }

    [Fact]
    public async Task Limiter_ThatWasUsedBeforeItCame_IsTheApplicationsToDispose()
    {
        using var used = Window();
        used.AttemptAcquire().Dispose();
        var foreign = new ForeignUnderTest(_ => used);
        await foreign.AskAsync("/ada");

        foreign.Dispose();

        Assert.Equal(3, used.GetStatistics()!.CurrentAvailablePermits);
    }

    private RateLimiter Made(RateLimiter limiter)
    {
        _made.Add(limiter);
        return limiter;
    }

    private static FixedWindowRateLimiter Window() => new(new() { PermitLimit = 5, Window = TimeSpan.FromHours(1), AutoReplenishment = false });
}
