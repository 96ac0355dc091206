namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A thread that stands still for seconds, as in a pause of the garbage collector, has seen no jump of the wall clock.</summary>
public class StalledClockTests
{
    private static readonly long s_stall = TimeSpan.FromSeconds(5).Ticks;

    [Fact]
    public void Shift_OfAThreadSuspendedSinceItReadTheTime_IsZero()
    {
        var time = new StallingTime();
        var clock = RateLimitClock.For(time);
        time.Ticks += s_stall;
        var now = clock.Now;
        time.Ticks += s_stall;
        Assert.Equal(0, clock.WallClockShift(now));
        Assert.Equal(0, clock.WallClockShift(clock.Now));
    }

    [Fact]
    public void Shift_OfAThreadSuspendedBetweenTheTwoClocks_IsZero()
    {
        var time = new StallingTime { Stall = s_stall };
        var clock = RateLimitClock.For(time);
        time.Ticks += s_stall;
        Assert.Equal(0, clock.WallClockShift(clock.Now));
    }

    [Fact]
    public void Clock_WithoutAFrequency_ThrowsAtOnce() =>
        Assert.Throws<InvalidOperationException>(() => RateLimitClock.For(new StallingTime { Frequency = 0 }));

    [Fact]
    public void Shift_OfAJump_IsItsLength()
    {
        var time = new StallingTime();
        var clock = RateLimitClock.For(time);
        time.Ticks += s_stall;
        time.Jump = TimeSpan.FromMinutes(3).Ticks;
        Assert.Equal(time.Jump, clock.WallClockShift(clock.Now));
    }

    /// <summary>A clock on which time passes between two readings.</summary>
    private sealed class StallingTime : TimeProvider
    {
        private bool _isMade;

        public long Ticks { get; set; }

        public long Stall { get; init; }

        public long Jump { get; set; }

        public long Frequency { get; init; } = TimeSpan.TicksPerSecond;

        public override long TimestampFrequency => Frequency;

        public override long GetTimestamp() => Ticks;

        public override DateTimeOffset GetUtcNow()
        {
            // The first reading makes the clock.
            Ticks += _isMade ? Stall : 0;
            _isMade = true;
            return ManualTimeProvider.Start.AddTicks(Ticks + Jump);
        }
    }
}
