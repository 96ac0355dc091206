namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What others have counted is taken over into partitions that are in use.</summary>
public class TakeOverTests
{
    private static readonly Quota s_quota = Quota.FixedWindow("q", 3, Seconds(60));
    private static readonly long[] s_one = [1];

    public static TheoryData<string> Callers => ["text", "address"];

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Caller_ThatHasUsedUpASharedPartition_GetsNoSecondAllowance(string caller)
    {
        var (clock, ada) = (new ManualTimeProvider(), PrincipalOf(caller, 2));
        using var inUse = new MemoryPartitions(TestPlan.Create(clock, TestPlan.Define("api", s_quota), maxPartitions: 1));
        using var others = new MemoryPartitions(TestPlan.Create(clock, "other", s_quota));
        await AskAsync(inUse, PrincipalOf(caller, 1));
        clock.Advance(Seconds(30));
        Assert.Equal([(true, null), (true, null), (true, null)], [await AskAsync(inUse, ada), await AskAsync(inUse, ada), await AskAsync(inUse, ada)]);
        Assert.Equal((true, null), await AskAsync(others, ada));

        // The window of the one that has the place is over, and there is room.
        clock.Advance(Seconds(45));
        Assert.Equal(0, inUse.Counted);
        inUse.TakeOver(others);

        Assert.Equal(1, inUse.Counted);
        Assert.Equal((false, Seconds(15)), await AskAsync(inUse, ada));
        clock.Advance(Seconds(15));
        Assert.Equal((true, null), await AskAsync(inUse, ada));
    }

    private static RateLimitPrincipal PrincipalOf(string caller, int number) =>
        caller == "text" ? new("user", $"caller {number}") : new("user", (UInt128)(0xffff_c000_0200 + number));

    private static async Task<(bool IsAcquired, TimeSpan? RetryAfter)> AskAsync(MemoryPartitions partitions, RateLimitPrincipal principal)
    {
        var decision = new RateLimitDecision { Principal = principal };
        await partitions.AcquireAsync(new(principal, s_one, default), decision);
        return (decision.IsAcquired, decision.RetryAfter);
    }
}
