namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// What requests wait for is completed where there is more to do, such as under the lock of a partition. They go on elsewhere, and
/// may block there.
/// </summary>
public class ResumptionTests
{
    private static readonly ManualTimeProvider s_clock = new();
    private static readonly RateLimitPrincipal s_ada = new("user", "ada");

    [Fact]
    public async Task Request_ThatWaitsInAQueue_DoesNotContinueOnTheCompletingThread()
    {
        using var limiter = QuotaRateLimiter.Create(s_clock, Quota.Concurrency("slots", 1, queueLimit: 1));
        var held = limiter.Take();
        await AssertGoesOnElsewhereAsync(async () => Assert.True((await limiter.AcquireAsync(1).ConfigureAwait(false)).IsAcquired), held.Dispose);
    }

    [Fact]
    public Task Request_ThatWaitsForABatch_DoesNotContinueOnTheCompletingThread()
    {
        var refill = new BatchRefill(1, default, default, 1, [], 0);
        return AssertGoesOnElsewhereAsync(() => refill.Task, refill.Complete);
    }

    [Fact]
    public Task Request_ThatWaitsForAStateToBeSaved_DoesNotContinueOnTheCompletingThread()
    {
        var change = new NoChange();
        return AssertGoesOnElsewhereAsync(() => change.Task, change.SetResult);
    }

    [Fact]
    public async Task Peek_ThatWaitsForItsGroup_DoesNotContinueOnTheCompletingThread()
    {
        using var store = new ScriptedStore();
        using var guard = TestStack.GuardOf(store, s_clock);
        var partitions = store.CreatePartitions(TestPlan.Create(s_clock, "api", Quota.FixedWindow("q", 1, TimeSpan.FromHours(1))));
        var group = new PeekGroup();
        await AssertGoesOnElsewhereAsync(
            async () => Assert.True(await group.AddAsync(guard, partitions, new(s_ada, default, new() { Principal = s_ada })).ConfigureAwait(false)),
            () => Assert.True(group.SendAsync(CancellationToken.None).IsCompletedSuccessfully));
    }

    /// <summary>Has a request that waits block its thread until what completes it has returned.</summary>
    private static async Task AssertGoesOnElsewhereAsync(Func<Task> waitAsync, Action complete)
    {
        using var isCompleted = new ManualResetEventSlim();

        // Outside the synchronization context of the tests, with which nothing goes on where it is completed.
        await Task.Run(async () =>
        {
            var request = RunAsync();
            Assert.False(request.IsCompleted);
            complete();
            isCompleted.Set();
            Assert.True(await request);
        });

        async Task<bool> RunAsync()
        {
            await waitAsync().ConfigureAwait(false);
            return isCompleted.Wait(TimeSpan.FromSeconds(20));
        }
    }

    private sealed class NoChange : StateChange
    {
        public override bool Apply(CallerState state, long now) => false;
    }
}
