namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A look, a reset or a grant that finds a partition which moves before it is counted in.</summary>
public sealed class MovedPartitionTests : IDisposable
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    private readonly ChangingPlan _plan = ChangingPlan.Create("memory", new ManualTimeProvider(), Quota.FixedWindow("f", 10, s_hour));

    public void Dispose() => _plan.Dispose();

    [Fact]
    public async Task Peek_TellsWhatWasUsed()
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        await MeetAsync(partitions => partitions.PeekAsync(new PeekArguments[] { new(s_alice, default, decision) }, CancellationToken.None));
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

    /// <summary>Has a thread meet the partition of a caller that has used all, which moves while the thread waits for its lock.</summary>
    private async Task MeetAsync(Func<MemoryPartitions, ValueTask> visit)
    {
        await _plan.Alice.TakeAsync(10);
        _plan.Change(Quota.FixedWindow("f", 10, s_hour), Quota.TokenBucket("b", 10, s_hour));
        var partitions = (MemoryPartitions)_plan.Partitions;
        var visited = new TaskCompletionSource();
        var thread = new Thread(() => visited.SetFromTask(visit(partitions).AsTask())) { IsBackground = true };
        MoveWhileWaiting(partitions.Find(s_alice)!, thread);
        await visited.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private void MoveWhileWaiting(MemoryPartition partition, Thread thread)
    {
        lock (partition)
        {
            thread.Start();
            while (!thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
            {
                Thread.Yield();
            }

            Assert.True(_plan.Alice.TakeAsync(0).IsCompletedSuccessfully);
            Assert.NotNull(partition.Successor);
        }
    }
}
