using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Windows at the very moments at which they, or their segments, begin and end.</summary>
public class WindowExactnessTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void AlignedWindow_AtTheFullHour_EndsAnHourLater()
    {
        foreach (var partition in Both(_clock, Quota.FixedWindow("q", 2, TimeSpan.FromHours(1), alignToClock: true)))
        {
            var status = partition.Take().Statuses[0];
            _clock.Advance(status.UntilAll!.Value);
            AssertStatus(partition.Peek(), 2, 2, null, TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public void SegmentLength_OfAWindowThatDoesNotDivide_IsRoundedUp()
    {
        var quota = (SlidingWindowQuota)Quota.SlidingWindow("q", 1, 10 * Tick, segments: 3);
        Assert.Equal(4 * Tick, quota.SegmentLength);
    }

    [Fact]
    public void Permit_UntilItHasLeftTheWindow_Counts()
    {
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take();
        Assert.False(partition.TryRetire());
        _clock.Advance(Seconds(60) - Tick);
        AssertStatus(partition.Peek(), 10, 9, Tick, Tick);
        Assert.False(partition.TryRetire());
        _clock.Advance(Tick);
        AssertStatus(partition.Peek(), 10, 10, null, TimeSpan.Zero);
        Assert.True(partition.TryRetire());
    }

    [Fact]
    public void LimitLowered_ToWhatIsUsedInTheLastSegment_MoreComesWhenThatHasLeftTheWindow()
    {
        // When the first two have gone, eight of eight are used: nothing more than now.
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take(2);
        _clock.Advance(Seconds(10));
        partition.Take(8);
        partition.SetLimit("q", 8);
        AssertStatus(partition.Peek(), 8, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public void LimitLowered_BelowWhatIsUsedInSeveralSegments_MoreComesWhenEnoughOfThemHaveLeftTheWindow()
    {
        // Five too many: three have left 30 s later, and six 40 s later. Of segments that are not the newest, the moment is
        // known to 0.62 ms (a segment of 5 s in 8,192 parts).
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        foreach (var permits in new[] { 3, 3, 4 })
        {
            partition.Take(permits);
            _clock.Advance(Seconds(10));
        }

        partition.SetLimit("q", 5);
        var status = partition.Peek().Statuses[0];
        Assert.InRange(status.UntilMore!.Value, Seconds(40), Seconds(40.00062));
        Assert.Equal(Seconds(50), status.UntilAll);
    }

    [Fact]
    public void RetryAfter_InTheLastMomentOfTheWindow_IsThatMoment()
    {
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take(10);
        _clock.Advance(Seconds(60) - Tick);
        Assert.Equal(Tick, partition.Take().RetryAfter);
        _clock.Advance(Tick);
        Assert.True(partition.Take(10).IsAcquired);
    }

    [Fact]
    public void Wait_OfAFullWindow_IsNeverLongerThanTheWindow()
    {
        // Spread over all segments, whatever the moment at which a caller asks.
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        for (var i = 0; i < 400; i++)
        {
            _clock.Advance(Seconds(1.7));
            var answer = partition.Take();
            Assert.InRange(answer.Statuses[0].UntilAll!.Value, Tick, Seconds(60));
            Assert.True(answer.IsAcquired || answer.RetryAfter <= Seconds(60));
        }
    }

    [Fact]
    public void Burst_ThatIsFollowedByOtherPermits_ComesBackAWindowLaterAndNotEarlier()
    {
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take(9);
        _clock.Advance(Seconds(30));
        partition.Take(1);
        _clock.Advance(Seconds(30) - Tick);
        Assert.False(partition.Take().IsAcquired);
        _clock.Advance(Tick + Seconds(0.00062));
        Assert.True(partition.Take(9).IsAcquired);
    }

    [Fact]
    public void Permits_OfASegmentThatHaveExpired_DoNotComeBackWithTheNextPermit()
    {
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take(10);
        _clock.Advance(Seconds(60));
        Assert.True(partition.Take(1).IsAcquired);
        AssertStatus(partition.Peek(), 10, 9, Seconds(60), Seconds(60));
    }

    [Fact]
    public void Refresh_AfterTheWindow_HasTheFullLimit()
    {
        // A charge of nothing is how the middleware reads again.
        var answer = TestedPartition.Standard(_clock, OfTenPerMinute()).Take(4);
        _clock.Advance(Seconds(60));
        answer.Charge(0);
        AssertStatus(answer, 10, 10, null, TimeSpan.Zero);
    }

    private static Quota OfTenPerMinute() => Quota.SlidingWindow("q", 10, Seconds(60));
}
