namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A look, a reset or a grant that finds a partition which moves before it is counted in.</summary>
public sealed class MovedPartitionTests : IDisposable
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    private readonly ChangingPlan _plan = CreatePlan();

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Peek_ReturnsTheCountsFromBeforeTheMove()
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        await MeetAsync(partitions => partitions.PeekAsync(new(s_alice, default, decision), CancellationToken.None));
        Assert.Equal([0, 10], decision.Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task Grant_GivesBack()
    {
        await MeetAsync(partitions => partitions.GrantAsync(s_alice, new long[] { 4, 4 }, CancellationToken.None));
        Assert.Equal([4, 10], (await _plan.Alice.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task Reset_Forgets()
    {
        await MeetAsync(partitions => partitions.ResetAsync(s_alice, CancellationToken.None));
        Assert.Equal([10, 10], (await _plan.Alice.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
        Assert.Equal(0, ((MemoryPartitions)_plan.Partitions).Count);
    }

    private static ChangingPlan CreatePlan() => ChangingPlan.Create("memory", new ManualTimeProvider(), Quota.FixedWindow("f", 10, Hour));

    /// <summary>Has a thread meet the partition of a caller that has used all, which moves while the thread waits for its lock.</summary>
    private async Task MeetAsync(Func<MemoryPartitions, ValueTask> visit)
    {
        // What a visit runs is compiled, so that the thread waits for nothing but the lock.
        using var before = CreatePlan();
        await visit(await ChangeAsync(before));

        var partitions = await ChangeAsync(_plan);
        var visited = new TaskCompletionSource();
        var thread = new Thread(() => visited.SetFromTask(visit(partitions).AsTask())) { IsBackground = true };
        MoveWhileWaiting(partitions.Find(s_alice)!, thread);
        await visited.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static async Task<MemoryPartitions> ChangeAsync(ChangingPlan plan)
    {
        await plan.Alice.TakeAsync(10);
        plan.Change(Quota.FixedWindow("f", 10, Hour), Quota.TokenBucket("b", 10, Hour));
        return (MemoryPartitions)plan.Partitions;
    }

    private void MoveWhileWaiting(MemoryPartition partition, Thread thread)
    {
        lock (partition)
        {
            thread.Start();
            Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(20)));
            Assert.True(_plan.Alice.TakeAsync(0).IsCompletedSuccessfully);
            Assert.NotNull(partition.Successor);
        }
    }
}
