using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A bucket of four tokens in ten ticks: a token takes two and a half, so that each rounding shows.</summary>
public class BucketExactnessTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Token_OfTwoTicksAndAHalf_IsBackAfterThree()
    {
        foreach (var limiter in Both(_clock, FourInTenTicks()))
        {
            AssertStatus(limiter.Take(), 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(2 * Tick);
            Assert.Equal(3, limiter.Peek().Statuses[0].Remaining);
            Assert.False(limiter.TryRetire());
            _clock.Advance(Tick);
            AssertStatus(limiter.Peek(), 4, 4, null, TimeSpan.Zero);

            // The half of a tick that it waited longer is nobody's gain.
            AssertStatus(limiter.Take(), 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(3 * Tick);
            Assert.True(limiter.TryRetire());
        }
    }

    [Fact]
    public void Refund_OfMoreThanIsOwedYet_GivesBackWhatIsOwed()
    {
        foreach (var limiter in Both(_clock, FourInTenTicks()))
        {
            var lease = limiter.Take();
            _clock.Advance(Tick);
            lease.Refund(1);
            AssertStatus(limiter.Peek(), 4, 4, null, TimeSpan.Zero);
            AssertStatus(limiter.Take(), 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_AfterAnothersOfTwoTicksAndAHalf_GivesBackWhatIsOwedYet()
    {
        foreach (var limiter in Both(_clock, FourInTenTicks()))
        {
            // Owed are 7.5 ticks, the last 2.5 for the second lease; then 5.
            var first = limiter.Take(2);
            var second = limiter.Take();
            first.Refund(1);
            AssertStatus(first, 4, 2, 3 * Tick, 5 * Tick);
            _clock.Advance(4 * Tick);

            // Of the second's token one tick is missing yet, and all of the third's.
            limiter.Take();
            second.Refund(1);
            AssertStatus(second, 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_OfWhatIsOwedBehindAnothers_GivesBackAllThatTimeHasNot()
    {
        // A token a second: after six seconds the first lease's are back, and one of the second's.
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            limiter.Take(5);
            var second = limiter.Take(5);
            _clock.Advance(Seconds(6));
            second.Refund(5);
            AssertStatus(second, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void RefundOfTakenAndCharged_BehindAnothers_GivesBackAllThatTimeHasNot()
    {
        // Nine are owed, the lease's four behind the other's five: three of its four are missing after six seconds.
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            limiter.Take(5);
            var lease = limiter.Take(2);
            lease.Charge(2);
            _clock.Advance(Seconds(6));
            lease.Refund(4);
            AssertStatus(lease, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Refund_OfWhatWasTakenAfterAnothersRefund_GivesBackAllThatTimeHasNot()
    {
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            limiter.Take(4).Refund(4);
            limiter.Take(5);
            var lease = limiter.Take(4);
            _clock.Advance(Seconds(6));
            lease.Refund(4);
            AssertStatus(lease, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Charge_WhenAllIsJustBack_IsOwedBehindAnothers()
    {
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            var lease = limiter.Take(4);
            _clock.Advance(Seconds(4));
            limiter.Take(4);
            lease.Charge(2);
            _clock.Advance(Seconds(1));
            lease.Refund(6);
            AssertStatus(lease, 10, 7, Seconds(1), Seconds(3));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void RefundOfACharge_AfterAnothersRefund_GivesEverythingBack()
    {
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            var lease = limiter.Take(4);
            lease.Charge(2);
            limiter.Take(4).Refund(4);
            lease.Refund(6);
            AssertStatus(lease, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void RefundOfACharge_WhenAllElseIsBack_ComesAfterAnothers()
    {
        // The lease's four are back after four seconds, since the six before them were given back.
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            var before = limiter.Take(6);
            var lease = limiter.Take(4);
            before.Refund(6);
            _clock.Advance(Seconds(5));
            limiter.Take(3);
            lease.Charge(2);
            _clock.Advance(Seconds(1));
            lease.Refund(6);
            AssertStatus(lease, 10, 8, Seconds(1), Seconds(2));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void RefundOfACharge_AfterTheLimitWasRaised_LeavesAloneWhatTimeHasBroughtBack()
    {
        // Ten tokens a second, where it was one: of the twenty charged, fifteen are not back when they are given back.
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            var lease = limiter.Take(10);
            limiter.SetLimit("q", 100);
            lease.Charge(20);
            _clock.Advance(Seconds(1.5));
            limiter.Take(10);
            lease.Refund(20);
            AssertStatus(lease, 100, 90, Seconds(0.1), Seconds(1));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void RefundOfALateCharge_AfterAnothersRefund_GivesTheChargeBack()
    {
        foreach (var limiter in Both(_clock, TenInTenSeconds()))
        {
            var lease = limiter.Take(4);
            _clock.Advance(Seconds(5));
            lease.Charge(2);
            limiter.Take(4).Refund(4);
            lease.Refund(6);
            AssertStatus(lease, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Bucket_OfOneToken_GrantsOneInEachPeriod()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 1, Seconds(1))))
        {
            AssertStatus(limiter.Take(), 1, 0, Seconds(1), Seconds(1));
            Assert.Equal(Seconds(1), limiter.Take().RetryAfter);
            _clock.Advance(Seconds(1));
            Assert.True(limiter.Take().IsAcquired);
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Bucket_OfBillionsAndAFraction_FillsNoFasterThanInItsPeriod()
    {
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 2_000_000_011.5, Seconds(60))))
        {
            Assert.InRange(limiter.Take(2_000_000_011).Statuses[0].UntilAll!.Value, Seconds(60), Seconds(60.001));
        }
    }

    [Fact]
    public void Bucket_WhoseTokensDoNotDivideItsPeriod_FillsNoFasterThanInItsPeriod()
    {
        // Three in ten ticks, each rounded up by a fraction of a tick, are back after eleven.
        foreach (var limiter in Both(_clock, Quota.TokenBucket("q", 3, 10 * Tick)))
        {
            AssertStatus(limiter.Take(3), 3, 0, 4 * Tick, 11 * Tick);
            _clock.Advance(10 * Tick);
            Assert.Equal(Tick, limiter.Take(3).RetryAfter);
            _clock.Advance(Tick);
            Assert.True(limiter.Take(3).IsAcquired);
        }
    }

    [Fact]
    public void LimitChanges_WhileTokensComeBack_RoundNoDebtAway()
    {
        // Of a century, the smallest unit of debt is a whole tick. A tick at the limit of five brings back 5/7 of one at seven.
        var period = TimeSpan.FromDays(36_525);
        var limiter = QuotaRateLimiter.Create(_clock, Quota.TokenBucket("q", 7, period));
        limiter.Take(7);
        for (var i = 0; i < 700; i++)
        {
            _clock.Advance(Tick);
            limiter.SetLimit("q", 5);
            _clock.Advance(Tick);
            limiter.SetLimit("q", 7);
        }

        Assert.InRange(limiter.Peek().Statuses[0].UntilAll!.Value, period - (1_200 * Tick), period + (1_400 * Tick));
    }

    [Fact]
    public void TimeToFill_OfThreeHundredInSevenSeconds_IsSevenSeconds() =>
        Assert.Equal(Seconds(7), Quota.TokenBucket("q", 300, 300 / 7d).Description.Window);

    private static Quota FourInTenTicks() => Quota.TokenBucket("q", 4, 10 * Tick);

    private static Quota TenInTenSeconds() => Quota.TokenBucket("q", 10, Seconds(10));
}
