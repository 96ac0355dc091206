namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Requests of a caller wait for each other, and for those of no other caller.</summary>
public class IndependentCallersTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Request_WhileOneOfAnotherCallerWaits_IsDecided(bool isCompact)
    {
        using var policy = new PolicyUnderTest(100, isCompact ? Quota.FixedWindow("q", 5, Hour) : Quota.SlidingWindow("q", 5, Hour));
        policy.Ask("ada");
        policy.Ask("grace");
        Thread waiting;
        lock (policy.Partitions.Find(new RateLimitPrincipal(TokenTypes.User, "ada"))!)
        {
            waiting = Start(policy, "ada");
            Assert.True(SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_guard));
            Assert.True(Start(policy, "grace").Join(s_guard));
            Assert.True(Start(policy, "new").Join(s_guard));
            Assert.True(waiting.IsAlive);
        }

        Assert.True(waiting.Join(s_guard));
        Assert.Equal((3, 3, 4), (LeftOf("ada"), LeftOf("grace"), LeftOf("new")));

        long LeftOf(string id) => policy.Ask(id, cost: 0).Statuses[0].Remaining;
    }

    private static Thread Start(PolicyUnderTest policy, string id)
    {
        var caller = policy.CreateCaller();
        var thread = new Thread(() => caller.Ask(id)) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
