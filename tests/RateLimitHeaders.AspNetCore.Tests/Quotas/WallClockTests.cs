using FsCheck;
using FsCheck.Fluent;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class WallClockTests
{
    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public void WallClock_JumpsByADay_ChangesNoAnswerOfRandomPlans(int days) => AssertSame(
        History.OfSeveral().Where(history => history.Quotas.All(quota => quota.Algorithm != RandomQuota.Aligned)), _ => days * Day);

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public void WallClock_JumpsByWholeWindows_ChangesNoAnswerOfAlignedWindows(int days) => AssertSame(
        History.Of(RandomQuota.Aligned), history => days * (Day + new TimeSpan(history.Quotas[0].Window - (Day.Ticks % history.Quotas[0].Window))));

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    [InlineData(-50)]
    [InlineData(+50)]
    public void WallClock_IsCorrected_AlignedWindowsFollowWithinOne(int days)
    {
        Quota[] quotas =
        [
            Quota.FixedWindow("daily", 2, Day, alignToClock: true), Quota.CalendarWindow("daily", 2, CalendarPeriod.Day),
        ];
        foreach (var quota in quotas)
        {
            var clock = new ManualTimeProvider();
            foreach (var partition in Both(clock, quota))
            {
                // What is open ends when it was told to; from then on windows end at the midnights of the corrected clock.
                var untilEnd = Day - clock.GetUtcNow().TimeOfDay;
                AssertStatus(partition.Take(2), 2, 0, untilEnd, untilEnd);
                clock.JumpWallClock((days * Day) + TimeSpan.FromHours(5));
                Assert.Equal(untilEnd, partition.Take().RetryAfter);

                clock.Advance(untilEnd);
                var untilMidnight = TimeSpan.FromHours(19);
                AssertStatus(partition.Take(2), 2, 0, untilMidnight, untilMidnight);
                clock.Advance(untilMidnight);
                AssertStatus(partition.Take(2), 2, 0, Day, Day);
            }
        }
    }

    [Fact]
    public void WallClock_IsSetBackALittle_NoWindowOfTheClockIsGivenTwice()
    {
        foreach (var quota in new[] { Quota.FixedWindow("q", 2, Day, alignToClock: true), Quota.CalendarWindow("q", 2, CalendarPeriod.Day) })
        {
            var clock = new ManualTimeProvider();
            foreach (var partition in Both(clock, quota))
            {
                var untilEnd = Day - clock.GetUtcNow().TimeOfDay;
                partition.Take(2);
                clock.JumpWallClock(Seconds(-90));
                clock.Advance(untilEnd);

                // It is 23:58:30 of the day whose permits are used: the next ones are those of the day that comes.
                AssertStatus(partition.Take(2), 2, 0, Day + Seconds(90), Day + Seconds(90));
                clock.Advance(Day + Seconds(90));
                AssertStatus(partition.Take(2), 2, 0, Day, Day);
            }
        }
    }

    [Fact]
    public void WallClock_JumpsWithinAnAlignedWindow_EndStaysWhereItWas()
    {
        var clock = new ManualTimeProvider();
        foreach (var partition in Both(clock, Quota.FixedWindow("hourly", 2, TimeSpan.FromHours(1), alignToClock: true)))
        {
            AssertStatus(partition.Take(2), 2, 0, new TimeSpan(0, 52, 47), new TimeSpan(0, 52, 47));
            clock.JumpWallClock(TimeSpan.FromMinutes(-31));
            Assert.Equal(new TimeSpan(0, 52, 47), partition.Take().RetryAfter);
            clock.JumpWallClock(TimeSpan.FromDays(2));
            Assert.Equal(new TimeSpan(0, 52, 47), partition.Take().RetryAfter);
        }
    }

    [Theory]
    [InlineData(1601, 60)]
    [InlineData(1969, 60)]
    [InlineData(9998, 47)]
    public void WallClock_OfAnyYearAtTheStart_ChangesNoAnswer(int year, int untilFullMinute)
    {
        var clock = new ManualTimeProvider();
        clock.JumpWallClock(new DateTimeOffset(year, 5, 23, 14, 7, 13, TimeSpan.Zero) - ManualTimeProvider.Start);
        foreach (var partition in Both(clock, Quota.FixedWindow("q", 2, Seconds(60), alignToClock: true)))
        {
            // Before 1970, time is counted as if it were the beginning of that year.
            AssertStatus(partition.Take(2), 2, 0, Seconds(untilFullMinute), Seconds(untilFullMinute));
            Assert.Equal(Seconds(untilFullMinute), partition.Take().RetryAfter);
        }

        foreach (var partition in Both(clock, Quota.FixedWindow("q", 2, Seconds(60))).Concat(Both(clock, Quota.TokenBucket("q", 2, Seconds(60)))))
        {
            partition.Take(2);
            clock.Advance(Seconds(20));
            Assert.False(partition.Take(2).IsAcquired);
            clock.Advance(Seconds(40));
            Assert.True(partition.Take(2).IsAcquired);
        }

        var sliding = QuotaRateLimiter.Create(clock, Quota.SlidingWindow("q", 2, Seconds(60)));
        AssertStatus(sliding.Take(2), 2, 0, Seconds(60), Seconds(60));
        Assert.Equal(Seconds(60), sliding.Take().RetryAfter);
        clock.Advance(Seconds(60));
        AssertStatus(sliding.Take(2), 2, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public void Timestamps_ThatPassTheLargestNumber_ChangeNoAnswer()
    {
        foreach (var partition in Both(new WrappingTimeProvider(out var advance), Quota.FixedWindow("q", 2, Seconds(60))))
        {
            AssertStatus(partition.Take(2), 2, 0, Seconds(60), Seconds(60));
            advance(Seconds(40));
            Assert.Equal(Seconds(20), partition.Take().RetryAfter);
            advance(Seconds(20));
            AssertStatus(partition.Take(), 2, 1, Seconds(60), Seconds(60));
        }
    }

    private static void AssertSame(Gen<History> histories, Func<History, TimeSpan> jumpOf) => History.Check(histories, history =>
    {
        var (steady, jumping) = (new ManualTimeProvider(), new ManualTimeProvider());
        var expected = QuotaRateLimiter.Create(steady, history.CreateQuotas());
        var actual = QuotaRateLimiter.Create(jumping, history.CreateQuotas());
        foreach (var step in history.Steps)
        {
            steady.Advance(history.WaitOf(step));
            jumping.Advance(history.WaitOf(step));
            if (step.IsPatient)
            {
                jumping.JumpWallClock(jumpOf(history));
            }

            Assert.Equal(Says(expected.Take(history.CostOf(step))), Says(actual.Take(history.CostOf(step))));
            Assert.Equal(expected.IdleDuration, actual.IdleDuration);
        }
    });

    /// <summary>A clock whose timestamps pass the largest number after 30 seconds.</summary>
    private sealed class WrappingTimeProvider : TimeProvider
    {
        private TimeSpan _elapsed;

        public WrappingTimeProvider(out Action<TimeSpan> advance) => advance = time => _elapsed += time;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => unchecked(long.MaxValue - TimeSpan.FromSeconds(30).Ticks + _elapsed.Ticks);

        public override DateTimeOffset GetUtcNow() => ManualTimeProvider.Start + _elapsed;
    }
}
