using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A bucket of four tokens in ten ticks: a token takes two and a half, so that each rounding shows.</summary>
public class BucketExactnessTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Token_OfTwoTicksAndAHalf_IsBackAfterThree()
    {
        foreach (var partition in Both(_clock, FourInTenTicks()))
        {
            AssertStatus(partition.Take(), 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(2 * Tick);
            Assert.Equal(3, partition.Peek().Statuses[0].Remaining);
            Assert.False(partition.TryRetire());
            _clock.Advance(Tick);
            AssertStatus(partition.Peek(), 4, 4, null, TimeSpan.Zero);

            // The half of a tick that it waited longer is not gained.
            AssertStatus(partition.Take(), 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(3 * Tick);
            Assert.True(partition.TryRetire());
        }
    }

    [Fact]
    public void Refund_OfMoreThanIsOwedYet_GivesBackWhatIsOwed()
    {
        foreach (var partition in Both(_clock, FourInTenTicks()))
        {
            var answer = partition.Take();
            _clock.Advance(Tick);
            answer.Refund(1);
            AssertStatus(partition.Peek(), 4, 4, null, TimeSpan.Zero);
            AssertStatus(partition.Take(), 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_AfterAnothersOfTwoTicksAndAHalf_GivesBackWhatIsOwedYet()
    {
        foreach (var partition in Both(_clock, FourInTenTicks()))
        {
            // Owed are 7.5 ticks, the last 2.5 for the second request; then 5.
            var first = partition.Take(2);
            var second = partition.Take();
            first.Refund(1);
            AssertStatus(first, 4, 2, 3 * Tick, 5 * Tick);
            _clock.Advance(4 * Tick);

            // Of the second's token one tick is missing yet, and all of the third's.
            partition.Take();
            second.Refund(1);
            AssertStatus(second, 4, 3, 3 * Tick, 3 * Tick);
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Refund_OfWhatIsOwedBehindAnothers_GivesBackAllThatTimeHasNot()
    {
        // A token a second: after six seconds the first request's are back, and one of the second's.
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            partition.Take(5);
            var second = partition.Take(5);
            _clock.Advance(Seconds(6));
            second.Refund(5);
            AssertStatus(second, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void RefundOfTakenAndCharged_BehindAnothers_GivesBackAllThatTimeHasNot()
    {
        // Nine are owed, the request's four behind the other's five: three of its four are missing after six seconds.
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            partition.Take(5);
            var answer = partition.Take(2);
            answer.Charge(2);
            _clock.Advance(Seconds(6));
            answer.Refund(4);
            AssertStatus(answer, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Refund_OfWhatWasTakenAfterAnothersRefund_GivesBackAllThatTimeHasNot()
    {
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            partition.Take(4).Refund(4);
            partition.Take(5);
            var answer = partition.Take(4);
            _clock.Advance(Seconds(6));
            answer.Refund(4);
            AssertStatus(answer, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Charge_WhenAllIsJustBack_IsOwedBehindAnothers()
    {
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            var answer = partition.Take(4);
            _clock.Advance(Seconds(4));
            partition.Take(4);
            answer.Charge(2);
            _clock.Advance(Seconds(1));
            answer.Refund(6);
            AssertStatus(answer, 10, 7, Seconds(1), Seconds(3));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void RefundOfACharge_AfterAnothersRefund_GivesEverythingBack()
    {
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            var answer = partition.Take(4);
            answer.Charge(2);
            partition.Take(4).Refund(4);
            answer.Refund(6);
            AssertStatus(answer, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void RefundOfACharge_WhenAllElseIsBack_ComesAfterAnothers()
    {
        // The request's four are back after four seconds, since the six before them were given back.
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            var before = partition.Take(6);
            var answer = partition.Take(4);
            before.Refund(6);
            _clock.Advance(Seconds(5));
            partition.Take(3);
            answer.Charge(2);
            _clock.Advance(Seconds(1));
            answer.Refund(6);
            AssertStatus(answer, 10, 8, Seconds(1), Seconds(2));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void RefundOfACharge_AfterTheLimitWasRaised_LeavesAloneWhatTimeHasBroughtBack()
    {
        // Ten tokens a second, where it was one: of the twenty charged, fifteen are not back when they are given back.
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            var answer = partition.Take(10);
            partition.SetLimit("q", 100);
            answer.Charge(20);
            _clock.Advance(Seconds(1.5));
            partition.Take(10);
            answer.Refund(20);
            AssertStatus(answer, 100, 90, Seconds(0.1), Seconds(1));
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void RefundOfALateCharge_AfterAnothersRefund_GivesTheChargeBack()
    {
        foreach (var partition in Both(_clock, TenInTenSeconds()))
        {
            var answer = partition.Take(4);
            _clock.Advance(Seconds(5));
            answer.Charge(2);
            partition.Take(4).Refund(4);
            answer.Refund(6);
            AssertStatus(answer, 10, 10, null, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Bucket_OfOneToken_GrantsOneInEachPeriod()
    {
        foreach (var partition in Both(_clock, Quota.TokenBucket("q", 1, Seconds(1))))
        {
            AssertStatus(partition.Take(), 1, 0, Seconds(1), Seconds(1));
            Assert.Equal(Seconds(1), partition.Take().RetryAfter);
            _clock.Advance(Seconds(1));
            Assert.True(partition.Take().IsAcquired);
            _clock.Advance(Day);
        }
    }

    [Fact]
    public void Bucket_OfBillionsAndAFraction_FillsNoFasterThanInItsPeriod()
    {
        foreach (var partition in Both(_clock, Quota.TokenBucket("q", 2_000_000_011.5, Seconds(60))))
        {
            Assert.InRange(partition.Take(2_000_000_011).Statuses[0].UntilAll!.Value, Seconds(60), Seconds(60.001));
        }
    }

    [Fact]
    public void Bucket_WhoseTokensDoNotDivideItsPeriod_FillsNoFasterThanInItsPeriod()
    {
        // Three in ten ticks, each rounded up by a fraction of a tick, are back after eleven.
        foreach (var partition in Both(_clock, Quota.TokenBucket("q", 3, 10 * Tick)))
        {
            AssertStatus(partition.Take(3), 3, 0, 4 * Tick, 11 * Tick);
            _clock.Advance(10 * Tick);
            Assert.Equal(Tick, partition.Take(3).RetryAfter);
            _clock.Advance(Tick);
            Assert.True(partition.Take(3).IsAcquired);
        }
    }

    [Fact]
    public void LimitChanges_WhileTokensComeBack_RoundNoDebtAway()
    {
        // Of a century, the smallest unit of debt is a whole tick. A tick at the limit of five brings back 5/7 of one at seven.
        var period = TimeSpan.FromDays(36_525);
        var partition = TestedPartition.Standard(_clock, Quota.TokenBucket("q", 7, period));
        partition.Take(7);
        for (var i = 0; i < 700; i++)
        {
            _clock.Advance(Tick);
            partition.SetLimit("q", 5);
            _clock.Advance(Tick);
            partition.SetLimit("q", 7);
        }

        Assert.InRange(partition.Peek().Statuses[0].UntilAll!.Value, period - (1_200 * Tick), period + (1_400 * Tick));
    }

    [Fact]
    public void TimeToFill_OfThreeHundredInSevenSeconds_IsSevenSeconds() =>
        Assert.Equal(Seconds(7), Quota.TokenBucket("q", 300, 300 / 7d).Description.Window);

    private static Quota FourInTenTicks() => Quota.TokenBucket("q", 4, 10 * Tick);

    private static Quota TenInTenSeconds() => Quota.TokenBucket("q", 10, Seconds(10));
}
