using FsCheck;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class WallClockTests
{
    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public void WallClock_JumpsByADay_ChangesNoAnswerOfRandomPlans(int days) => AssertSame(History.OfSeveral(), days);

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public void WallClock_JumpsByADay_ChangesNoAnswerOfAlignedWindows(int days) => AssertSame(History.Of(RandomQuota.Aligned), days);

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

    private static void AssertSame(Gen<History> histories, int days) => History.Check(histories, history =>
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
                jumping.JumpWallClock(days * Day);
            }

            Assert.Equal(Says(expected.Take(history.CostOf(step))), Says(actual.Take(history.CostOf(step))));
            Assert.Equal(expected.IdleDuration, actual.IdleDuration);
        }
    });
}
