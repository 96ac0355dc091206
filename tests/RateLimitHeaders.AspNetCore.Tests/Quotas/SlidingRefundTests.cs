namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// A request that charges a sliding window again and again, and gives back, beside another one. A second window counts the other one alone:
/// the request gives back what it took, and nothing that is the other's.
/// </summary>
public class SlidingRefundTests
{
    private const long Limit = 1_000_000;

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Refunds_OfRandomCharges_GiveBackThoseAndNothingOfOtherRequests() =>
        History.Check(History.Of(RandomQuota.Sliding), new SlidingRefundTests().Play);

    private void Play(History history)
    {
        var quota = Quota.SlidingWindow("q", Limit, history.Quotas[0].WindowTime, history.Quotas[0].Segments);
        var (both, alone) = (TestedPartition.OfAPlan(_clock, quota), TestedPartition.OfAPlan(_clock, quota));
        var (request, other, otherAlone) = (both.Take(100), both.Take(3), alone.Take(3));
        var (began, taken) = (_clock.GetUtcNow(), 100L);
        foreach (var step in history.Steps)
        {
            _clock.Advance(history.WaitOf(step));
            switch (step.Size % 4)
            {
                case 0:
                    other.Charge(1 + step.Ticks);
                    otherAlone.Charge(1 + step.Ticks);
                    break;
                case 1:
                    request.Refund(5 + step.Size);
                    taken = Math.Max(0, taken - 5 - step.Size);
                    break;
                default:
                    request.Charge(1 + step.Size);
                    taken += 1 + step.Size;
                    break;
            }

            AssertUsed(both, alone, isFirstWindow: _clock.GetUtcNow() - began < history.Quotas[0].WindowTime, taken);
        }

        // What is not the request's comes back no sooner than without it.
        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(history.Quotas[0].WindowTime / 64);
            AssertUsed(both, alone, isFirstWindow: false, taken);
        }

        _clock.Advance(2 * history.Quotas[0].WindowTime);
        Assert.Equal(Limit, both.Peek().Statuses[0].Remaining);
    }

    /// <param name="both">Counts both requests.</param>
    /// <param name="alone">Counts the other one.</param>
    /// <param name="isFirstWindow">Whether time has brought nothing back yet.</param>
    /// <param name="taken">What the request has taken, and has not given back.</param>
    private static void AssertUsed(TestedPartition both, TestedPartition alone, bool isFirstWindow, long taken)
    {
        var ofRequest = alone.Peek().Statuses[0].Remaining - both.Peek().Statuses[0].Remaining;
        Assert.InRange(ofRequest, isFirstWindow ? taken : 0, isFirstWindow ? taken : Limit);
    }
}
