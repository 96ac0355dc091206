namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Refunds of one request, one after the other: together they give back what one would have.</summary>
public class RefundInPartsTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Refunds_AfterAChargeInTheNextWindow_GiveBackThatChargeOnce(int algorithm)
    {
        // Of the seven that the old request took, time has brought five back; the present five are another's.
        var partition = TestedPartition.Standard(_clock, Quotas.Of(algorithm, 10, Minute));
        var old = partition.Take(5);
        _clock.Advance(Seconds(130));
        partition.Take(5);
        old.Charge(2);
        old.Refund(1);
        Assert.Equal(4, old.Statuses[0].Remaining);
        old.Refund(3);
        Assert.Equal(5, old.Statuses[0].Remaining);
        old.Refund(3);
        Assert.Equal(5, partition.Peek().Statuses[0].Remaining);
    }
}
