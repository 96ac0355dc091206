namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// A caller that was counted in the shared partition, and gets one of its own when there is room, brings along what the shared
/// one has counted: no second allowance.
/// </summary>
public class OverflowMoveTests
{
    [Fact]
    public void FixedWindow_OfACallerThatMoves_KeepsItsCountAndItsEnd()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("q", 10, Seconds(60)));
        policy.Ask("known");
        policy.Time.Advance(Seconds(30));
        Assert.Equal([9, 8, 7], Remaining(policy, "ada", "grace", "ada"));

        // The window of the known caller ends 30 s before the shared one's, and its partition goes.
        policy.Time.Advance(Seconds(45));
        AssertTold(policy.Ask("ada"), 10, 6, Seconds(15), Seconds(15));
        Assert.Equal(1, policy.Partitions.Counted);

        // From then on, the moved one and the shared one count apart.
        Assert.Equal([6, 5, 5, 4], Remaining(policy, "grace", "grace", "ada", "ada"));
        policy.Time.Advance(Seconds(15));
        AssertTold(policy.Ask("ada"), 10, 9, Seconds(60), Seconds(60));
    }

    [Fact]
    public void ExhaustedSharedPartition_OfACallerThatMoves_StaysExhausted()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("q", 3, Seconds(60)));
        policy.Ask("known");
        policy.Time.Advance(Seconds(30));
        Assert.Equal([2, 1, 0], Remaining(policy, "ada", "ada", "ada"));
        policy.Time.Advance(Seconds(45));

        var rejected = policy.Ask("ada");
        Assert.Equal((false, Seconds(15)), (rejected.IsAcquired, rejected.RetryAfter));
        policy.Time.Advance(Seconds(15));
        Assert.True(policy.Ask("ada").IsAcquired);
    }

    [Fact]
    public void SlidingWindow_OfACallerThatMoves_KeepsItsSegments()
    {
        // The first permit has left the window at 14:08:13, the other two at 14:08:43.
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.SlidingWindow("q", 10, Seconds(60), segments: 6));
        policy.Ask("known");
        policy.Time.Advance(Seconds(30));
        Assert.Equal([9, 8], Remaining(policy, "ada", "grace"));
        policy.Time.Advance(Seconds(20));

        // Of segments that are not the newest, the moment is known to a part of 8,192: 1.3 ms of these.
        var decision = policy.Ask("ada");
        Assert.Equal((7, Seconds(60)), (decision.Statuses[0].Remaining, decision.Statuses[0].UntilAll));
        Assert.InRange(decision.Statuses[0].UntilMore!.Value, Seconds(40), Seconds(40.0013));
    }

    [Fact]
    public void TokenBucket_OfACallerThatMoves_KeepsItsTokens()
    {
        // A token in six seconds.
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.TokenBucket("q", 10, Seconds(60)));
        policy.Ask("known");
        policy.Ask("ada", cost: 5);
        policy.Time.Advance(Seconds(15));

        // Two and a half of the five are back; the known caller's one is, too.
        policy.Partitions.Sweep();
        AssertTold(policy.Ask("ada"), 10, 6, Seconds(3), Seconds(21));
    }

    [Fact]
    public void SharedPartitionThatIsFullAgain_OfACallerThatMoves_BringsNothing()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("q", 10, Seconds(60)));
        policy.Ask("known");
        policy.Ask("ada", cost: 8);
        policy.Time.Advance(Seconds(75));
        AssertTold(policy.Ask("ada"), 10, 9, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task SlotsOfTheSharedPartition_OfACallerThatMoves_StayThere()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.Concurrency("slots", 3), Quota.FixedWindow("q", 10, Seconds(60)));
        var known = policy.CreateCaller().Ask("known");
        policy.Time.Advance(Seconds(30));
        var running = policy.CreateCaller().Ask("ada", cost: 2);
        await policy.Partitions.ReleaseAsync(known);
        policy.Time.Advance(Seconds(45));

        // Slots are held by requests, which give them back where they took them.
        var moved = policy.CreateCaller().Ask("ada");
        Assert.Equal("2 7", Told(moved));
        await policy.Partitions.ReleaseAsync(running);
        Assert.Equal("0 5", Told(policy.CreateCaller().Ask("ada", cost: 2)));
        Assert.Equal("0 5", Told(policy.CreateCaller().Ask("grace", cost: 3)));
    }

    [Fact]
    public async Task Charge_OfARequestInTheSharedPartition_IsCountedThere()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("q", 10, Seconds(60)));
        policy.Ask("known");
        policy.Time.Advance(Seconds(30));
        var slow = policy.CreateCaller().Ask("ada");
        policy.Time.Advance(Seconds(45));
        Assert.Equal([8], Remaining(policy, "ada"));

        long[] permits = [4];
        await policy.Partitions.AdjustAsync(slow, new(permits));
        Assert.Equal("5", Told(slow));
        Assert.Equal([4, 7], Remaining(policy, "grace", "ada"));
    }

    [Fact]
    public async Task LimitOfTheCaller_ThatMoves_IsItsOwn()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("q", 10, Seconds(60)));
        policy.Ask("known");
        policy.Time.Advance(Seconds(30));
        Assert.Equal((100, 96), await TakeAsync(policy, "ada", 4, 100));
        Assert.Equal((20, 12), await TakeAsync(policy, "grace", 4, 20));
        policy.Time.Advance(Seconds(45));
        Assert.Equal((100, 91), await TakeAsync(policy, "ada", 1, 100));
    }

    private static async Task<(double? Limit, long Remaining)> TakeAsync(PolicyUnderTest policy, string id, long cost, double limit)
    {
        var principal = new RateLimitPrincipal(TokenTypes.User, id);
        var decision = new RateLimitDecision { Principal = principal };
        await policy.Partitions.AcquireAsync(new(principal, new[] { cost }, new[] { limit }), decision);
        return (decision.Statuses[0].Limit, decision.Statuses[0].Remaining);
    }

    private static void AssertTold(RateLimitDecision decision, double limit, long remaining, TimeSpan untilMore, TimeSpan untilAll)
    {
        var status = decision.Statuses[0];
        Assert.True(decision.IsAcquired);
        Assert.Equal((limit, remaining, untilMore, untilAll), (status.Limit, status.Remaining, status.UntilMore, status.UntilAll));
    }

    private static string Told(RateLimitDecision decision) =>
        string.Join(' ', decision.Statuses.ToArray().Select(status => status.Remaining));

    private static long[] Remaining(PolicyUnderTest policy, params string[] ids) =>
        [.. ids.Select(id => policy.Ask(id).Statuses[0].Remaining)];
}
