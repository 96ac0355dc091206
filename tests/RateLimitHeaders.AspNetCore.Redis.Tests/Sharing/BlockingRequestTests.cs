namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>An endpoint that blocks its thread does not hold up the answers to requests that share a call with its own.</summary>
public class BlockingRequestTests
{
    private const int Callers = 4;

    // A busy machine decides which requests share a call. Some do in one of so many rounds.
    private const int MostRounds = 1_000;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Requests_OfAGroupThatBlock_AreAllAnswered()
    {
        var groups = 0;
        var options = RedisTesting.OptionsOf(clock: null);
        options.Configuration = (await SharedRedis.GetAsync()).Configuration;
        options.GroupCalls = true;
        options.DecorateRunner = runner => new TestedRunner(runner) { OnCall = keys => Interlocked.Add(ref groups, keys.Length > 1 ? 1 : 0) };
        using var store = new RedisStore(options, open: null);
        var (guard, partitions) = await RedisTesting.CreateAsync(store, "blocking", Quota.FixedWindow("daily", 10_000, TimeSpan.FromDays(1)));
        using var disposedFirst = guard;
        using var disposed = partitions;
        for (var round = 0; round < MostRounds && Volatile.Read(ref groups) == 0; round++)
        {
            // Outside the synchronization context of the tests, with which nothing continues where it is answered.
            Assert.All(await Task.Run(() => MeetAsync(partitions)), Assert.True);
        }

        Assert.InRange(groups, 1, Callers);
    }

    /// <summary>Sends requests, each of which blocks its thread until all are answered.</summary>
    /// <returns>For each whether they were.</returns>
    private static async Task<bool[]> MeetAsync(PlanPartitions partitions)
    {
        using var all = new CountdownEvent(Callers);
        return await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            Assert.True((await partitions.TakeAsync(new RateLimitPrincipal("user", $"blocking-{caller}"))).IsAcquired);
            all.Signal();
            return all.Wait(s_long);
        }));
    }
}
