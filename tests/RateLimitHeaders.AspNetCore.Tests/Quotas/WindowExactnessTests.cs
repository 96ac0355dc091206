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
    public void Segment_UntilItHasLeftTheWindow_Counts()
    {
        // Segments of 5 s: that of 14:07:13 has left the window at 14:08:15.
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take();
        Assert.False(partition.TryRetire());
        _clock.Advance(Seconds(62) - Tick);
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
        AssertStatus(partition.Peek(), 8, 0, Seconds(62), Seconds(62));
    }

    [Fact]
    public void LimitLowered_BelowWhatIsUsedInSeveralSegments_MoreComesWhenEnoughOfThemHaveLeftTheWindow()
    {
        // Five too many: three have left after 32 s, and six after 42 s.
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        foreach (var permits in new[] { 3, 3, 4 })
        {
            partition.Take(permits);
            _clock.Advance(Seconds(10));
        }

        partition.SetLimit("q", 5);
        AssertStatus(partition.Peek(), 5, 0, Seconds(42), Seconds(52));
    }

    [Fact]
    public void RetryAfter_InTheLastMomentOfASegment_IsThatMoment()
    {
        var partition = TestedPartition.Standard(_clock, OfTenPerMinute());
        partition.Take(10);
        _clock.Advance(Seconds(62) - Tick);
        Assert.Equal(Tick, partition.Take().RetryAfter);
        _clock.Advance(Tick);
        Assert.True(partition.Take(10).IsAcquired);
    }

    [Fact]
    public void Refresh_AfterTheWindow_TellsThatAllIsBack()
    {
        // A charge of nothing is how the middleware reads again.
        var answer = TestedPartition.Standard(_clock, OfTenPerMinute()).Take(4);
        _clock.Advance(Seconds(62));
        answer.Charge(0);
        AssertStatus(answer, 10, 10, null, TimeSpan.Zero);
    }

    private static Quota OfTenPerMinute() => Quota.SlidingWindow("q", 10, Seconds(60));
}
