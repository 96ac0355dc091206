namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>An endpoint that blocks its thread does not hold up the answers to requests that came at the same moment.</summary>
public class BlockingRequestTests
{
    private const int Callers = 16;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_OfWhichOneBlocks_AreAnsweredMeanwhile(bool groupsCalls)
    {
        var options = RedisTesting.OptionsOf(clock: null);
        options.Configuration = (await SharedRedis.GetAsync()).Configuration;
        options.GroupCalls = groupsCalls;
        using var store = new RedisStore(options, open: null);
        var (guard, partitions) = await RedisTesting.CreateAsync(store, $"blocking-{groupsCalls}", Quota.FixedWindow("daily", 10, TimeSpan.FromDays(1)));
        using var disposedFirst = guard;
        using var disposed = partitions;
        using var others = new CountdownEvent(Callers - 1);
        var first = 0;

        // Without the threads of the test framework, of which other tests may block all but one, requests continue where they are answered.
        var answered = await Task.Run(() => Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            Assert.True((await partitions.TakeAsync(new RateLimitPrincipal("user", $"blocking-{caller}"))).IsAcquired);
            return Interlocked.Increment(ref first) == 1 ? others.Wait(s_long) : others.Signal() || others.CurrentCount > 0;
        })));

        Assert.All(answered, Assert.True);
    }
}
