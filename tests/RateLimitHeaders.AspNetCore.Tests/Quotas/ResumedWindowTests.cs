namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A window that a caller has in a store goes on in a partition that counts something of the caller already.</summary>
public class ResumedWindowTests
{
    private const int Limit = 10;

    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(4, 54, 5)]
    [InlineData(0, 54, 9)]
    [InlineData(4, 0, 6)]
    public void Window_InAPartitionThatCountsTheCaller_IsCountedBesideThat(long counted, int minutesLeft, long remaining)
    {
        var quotas = new QuotaSet(_clock, [Quota.FixedWindow("q", Limit, Hour)]);
        var (state, decision) = (new long[quotas.StateLength], new RateLimitDecision());
        quotas.Initialize(state);
        var now = quotas.Clock.Now;
        quotas.Acquire(state, now, [counted], decision);

        quotas.Resume(state, quota: 0, Limit - 1, now, TimeSpan.FromMinutes(minutesLeft).Ticks);

        quotas.Acquire(state, now, [0], decision);
        Assert.Equal(remaining, decision.Statuses[0].Remaining);
    }

    [Fact]
    public void Window_InAPartitionWhoseOwnIsOver_IsCountedAlone()
    {
        var quotas = new QuotaSet(_clock, [Quota.FixedWindow("q", Limit, Hour)]);
        var (state, decision) = (new long[quotas.StateLength], new RateLimitDecision());
        quotas.Initialize(state);
        quotas.Acquire(state, quotas.Clock.Now, [4], decision);
        var takenAt = quotas.Clock.Now + TimeSpan.FromMinutes(30).Ticks;
        _clock.Advance(Hour);

        quotas.Resume(state, quota: 0, Limit - 1, takenAt, Hour.Ticks);

        quotas.Acquire(state, quotas.Clock.Now, [0], decision);
        Assert.Equal((9, TimeSpan.FromMinutes(30)), (decision.Statuses[0].Remaining, decision.Statuses[0].UntilAll));
    }
}
