using FsCheck;
using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RetryAfterTests
{
    [Theory]
    [InlineData(RandomQuota.Fixed)]
    [InlineData(RandomQuota.Aligned)]
    [InlineData(RandomQuota.Sliding)]
    [InlineData(RandomQuota.Bucket)]
    public void RetryAfter_OneQuota_IsExactToTheTick(string algorithm) => AssertExact(History.Of(algorithm));

    [Fact]
    public void RetryAfter_OneToThreeMixedQuotas_IsExactToTheTick() => AssertExact(History.OfSeveral());

    private static void AssertExact(Gen<History> histories)
    {
        var refusals = 0;
        var longRefusals = 0;
        History.Check(histories, history =>
        {
            var clock = new ManualTimeProvider();
            var limiter = QuotaRateLimiter.Create(clock, history.CreateQuotas());
            foreach (var step in history.Steps)
            {
                clock.Advance(history.WaitOf(step));
                var cost = history.CostOf(step);
                if (limiter.Take(cost) is { IsAcquired: false } refused)
                {
                    refusals++;
                    longRefusals += refused.RetryAfter > Seconds(1) ? 1 : 0;
                    AssertAdmittedFrom(refused.RetryAfter!.Value, cost, clock, limiter);
                }
            }
        });

        Assert.True(refusals > 1_000 && longRefusals > 500, $"Only {refusals} refusals, {longRefusals} of more than a second: this shows little.");
    }

    private static void AssertAdmittedFrom(TimeSpan wait, int cost, ManualTimeProvider clock, QuotaRateLimiter limiter)
    {
        if (wait > Seconds(1))
        {
            clock.Advance(wait - Seconds(1));
            Assert.Equal(Seconds(1), limiter.Take(cost).RetryAfter);
            wait = Seconds(1);
        }

        clock.Advance(wait - Tick);
        var early = limiter.Take(cost);
        Assert.False(early.IsAcquired, $"Admitted one tick early: {Says(early)}");
        Assert.Equal(Tick, early.RetryAfter);

        clock.Advance(Tick);
        var due = limiter.Take(cost);
        Assert.True(due.IsAcquired, $"Refused when due: {Says(due)}");
        Assert.Null(due.RetryAfter);
    }
}
