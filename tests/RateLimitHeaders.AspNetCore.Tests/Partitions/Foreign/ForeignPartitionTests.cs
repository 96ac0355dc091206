using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Which foreign partitions are dropped, and which hold something.</summary>
public class ForeignPartitionTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(9.9, false)]
    [InlineData(10, true)]
    public void Limiter_ThatIsIdle_IsDroppedAsInAspNetCore(double seconds, bool isDropped)
    {
        var limiter = Admits(() => TimeSpan.FromSeconds(seconds));
        using var partition = ForeignUnderTest.CreatePartition(limiter);

        Assert.Equal(isDropped, partition.TryRetire());
        Assert.Equal(isDropped, limiter.IsDisposed);
    }

    [Fact]
    public async Task SlidingWindow_OfACallerThatSendsNothing_MovesOn()
    {
        // STRL's limiters have no other clock than the system's, and bring back one segment at a time.
        SlidingWindowRateLimiter? limiter = null;
        using var foreign = new ForeignUnderTest(_ => limiter = new(new()
        {
            PermitLimit = 3,
            Window = TimeSpan.FromSeconds(2),
            SegmentsPerWindow = 4,
            AutoReplenishment = false,
        }));
        Assert.Equal(3, await foreign.CountAdmittedAsync("/", 3));
        await Eventually.IsTrueAsync(() => limiter!.GetStatistics()!.CurrentAvailablePermits == 3, "The window does not move on.");
        Assert.Equal(3, await foreign.CountAdmittedAsync("/", 3));
    }

    [Fact]
    public async Task SlidingWindow_ThatIsFullAgain_IsReplenishedAgainAfterItsNextUse()
    {
        SlidingWindowRateLimiter? limiter = null;
        using var foreign = new ForeignUnderTest(_ => limiter = new(new()
        {
            PermitLimit = 1,
            Window = TimeSpan.FromMilliseconds(200),
            SegmentsPerWindow = 2,
            AutoReplenishment = false,
        }));
        for (var round = 0; round < 3; round++)
        {
            Assert.True((await foreign.AskAsync("/")).IsAcquired);
            await Eventually.IsTrueAsync(() => limiter!.GetStatistics()!.CurrentAvailablePermits == 1, "The window does not move on.");
        }
    }

    [Fact]
    public void Limiter_ThatIsNotIdle_IsKept()
    {
        var limiter = Admits(() => null);
        using var partition = ForeignUnderTest.CreatePartition(limiter);

        Assert.False(partition.TryRetire());
        Assert.False(limiter.IsDisposed);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(9.9)]
    [InlineData(null)]
    public void TryRetire_LimiterInUse_ReadsNoStatistics(double? seconds)
    {
        // Asking costs some limiters an exception, and others a call of a server.
        var asked = 0;
        using var limiter = new ScriptedLimiter(() => new ScriptedLease(isAcquired: true))
        {
            Idle = () => seconds is { } idle ? TimeSpan.FromSeconds(idle) : null,
            Statistics = () =>
            {
                asked++;
                throw new NotImplementedException();
            },
        };
        using var partition = ForeignUnderTest.CreatePartition(limiter);
        asked = 0;

        Assert.False(partition.TryRetire());
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Limiter_ThatWasDropped_MustBeLookedUpAgain()
    {
        using var partition = ForeignUnderTest.CreatePartition(Admits(() => s_long));
        Assert.True(partition.TryRetire());

        Assert.False(await partition.AcquireAsync(new RateLimitDecision(), default));
        Assert.True(partition.TryRetire());
    }

    [Fact]
    public void NoLimiter_WhichHoldsNothing_IsDropped()
    {
        // It never calls itself idle, and callers that are not limited must not fill the room of those that are.
        using var limiter = RateLimitPartition.GetNoLimiter("all").Factory("all");
        using var partition = ForeignUnderTest.CreatePartition(limiter);

        Assert.True(partition.TryRetire());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public async Task ChainedLimiter_WhoseLongWindowIsUsed_IsKept(int permits)
    {
        // The long one is busy, which .NET 10 takes for "cannot tell"; the short one has been idle for long. Of 100 permits
        // a few are gone, which what both have left (5) does not show.
        using var shortOne = new ScriptedLimiter(() => new ScriptedLease(isAcquired: true))
        {
            Idle = () => s_long,
            Statistics = () => new RateLimiterStatistics { CurrentAvailablePermits = 5 },
        };
        using var longOne = new FixedWindowRateLimiter(new() { PermitLimit = 100, Window = TimeSpan.FromHours(1), AutoReplenishment = false });
        using var partition = ForeignUnderTest.CreatePartition(RateLimiter.CreateChained(shortOne, longOne));
        for (var i = 0; i < permits; i++)
        {
            var decision = new RateLimitDecision();
            Assert.True(await partition.AcquireAsync(decision, default));
            Assert.True(decision.IsAcquired);
        }

        Assert.False(partition.TryRetire());
    }

    [Fact]
    public async Task ChainedLimiter_WhoseLongWindowIsExhausted_IsKept()
    {
        using var shortOne = new ScriptedLimiter(() => new ScriptedLease(isAcquired: true))
        {
            Idle = () => TimeSpan.FromDays(2),
            Statistics = () => new RateLimiterStatistics { CurrentAvailablePermits = 5 },
        };
        using var longOne = new FixedWindowRateLimiter(new() { PermitLimit = 5, Window = TimeSpan.FromDays(30), AutoReplenishment = false });
        using var partition = ForeignUnderTest.CreatePartition(RateLimiter.CreateChained(shortOne, longOne));
        await partition.AcquireAsync(new RateLimitDecision(), default);

        Assert.False(partition.TryRetire());
    }

    [Theory]
    [InlineData(5L, 24, true)]
    [InlineData(5L, 23.9, false)]
    [InlineData(null, 24, true)]
    [InlineData(null, 23.9, false)]
    public void ChainedLimiter_IsDroppedAfterADayWithOrWithoutStatistics(long? available, double hours, bool isDropped)
    {
        // Of limiters without statistics, a chained one says that it has 9,223,372,036,854,775,807 permits, as that which counts nothing does.
        using var one = Admits(() => TimeSpan.FromHours(hours), available);
        using var other = Admits(() => TimeSpan.FromDays(2), available);
        using var partition = ForeignUnderTest.CreatePartition(RateLimiter.CreateChained(one, other));

        Assert.Equal(isDropped, partition.TryRetire());
    }

    [Theory]
    [InlineData(23.9, false)]
    [InlineData(24, true)]
    public void Limiter_WhoseLimitWasLowered_IsDroppedAfterADay(double hours, bool isDropped)
    {
        var time = new ManualTimeProvider();
        using var limiter = QuotaRateLimiter.Create(time, Quota.FixedWindow("api", 100, s_long));
        using var partition = ForeignUnderTest.CreatePartition(limiter);
        limiter.SetLimit("api", 10);
        time.Advance(TimeSpan.FromHours(hours));

        Assert.Equal(isDropped, partition.TryRetire());
    }

    private static ScriptedLimiter Admits(Func<TimeSpan?> idle, long? available = null) => new(() => new ScriptedLease(isAcquired: true))
    {
        Idle = idle,
        Statistics = () => available is { } left ? new RateLimiterStatistics { CurrentAvailablePermits = left } : null,
    };
}
