namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A clock of Redis that is set forward: that is time that has passed, since Redis has no other clock, whatever this server's shows.</summary>
public sealed class SetForwardClockTests
{
    private const int Limit = 10;
    private const long Minute = 60_000_000;

    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    // Microseconds since the Unix epoch, at the beginning of a minute.
    private long _now = 1_800_000_000_000_000;

    [Theory]
    [InlineData("fixed", false)]
    [InlineData("fixed", true)]
    [InlineData("aligned", false)]
    [InlineData("aligned", true)]
    [InlineData("sliding", false)]
    [InlineData("sliding", true)]
    [InlineData("bucket", false)]
    [InlineData("bucket", true)]
    public async Task Limit_AfterTheClockWasSetForward_IsThereAgain(string algorithm, bool withConcurrency)
    {
        var runner = await TestedRunner.SharedAsync();
        Quota[] quotas = withConcurrency ? [QuotaOf(algorithm), Quota.Concurrency("at once", Limit)] : [QuotaOf(algorithm)];
        var context = TestPlan.Create(new ManualTimeProvider(), $"set-forward-{algorithm}-{withConcurrency}", quotas);
        using var partitions = RedisTesting.PartitionsOf(context, new TimedRunner(runner, () => _now));
        await partitions.ResetAsync(s_alice, CancellationToken.None);
        Assert.True(await TakesAsync(partitions, quotas.Length));
        _now += Minute - 1;
        Assert.False(await TakesAsync(partitions, quotas.Length));
        _now++;
        Assert.True(await TakesAsync(partitions, quotas.Length));
    }

    private static async Task<bool> TakesAsync(RedisPartitions partitions, int quotas)
    {
        var decision = new RateLimitDecision { Principal = s_alice };
        long[] costs = quotas == 1 ? [Limit] : [Limit, 0];
        await partitions.AcquireAsync(new AcquireArguments(s_alice, costs, default), decision);
        return decision.IsAcquired;
    }

    private static Quota QuotaOf(string algorithm) => Quotas.Of(algorithm, Limit, TimeSpan.FromMicroseconds(Minute));
}
