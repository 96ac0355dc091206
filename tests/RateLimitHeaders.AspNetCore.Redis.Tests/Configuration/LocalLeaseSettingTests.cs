using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class LocalLeaseSettingTests
{
    [Fact]
    public void WithLocalLeases_ByDefault_IsThatOfTheDocumentation()
    {
        Assert.Null(new RedisStoreBuilder().Options.LocalLeases);
        Assert.Equal(new LocalLeases(4_000, TimeSpan.FromSeconds(1)), new RedisStoreBuilder().WithLocalLeases().Options.LocalLeases);
    }

    [Fact]
    public async Task WithLocalLeases_OutOfRange_StopsTheStart()
    {
        var exception = await Misconfigured(redis => redis.WithLocalLeases(1, TimeSpan.FromMinutes(2)));
        Assert.Contains("UseRedis: WithLocalLeases' maxBatch is 1; give 2 to 100000 permits, or leave WithLocalLeases out.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseRedis: WithLocalLeases' holdTime is 00:02:00; give a time from 10 ms to a minute.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithLocalLeases_WhereAllPlansHaveAConcurrencyQuota_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(limits => limits
            .UseRedis("localhost:1", redis => redis.WithLocalLeases())
            .DefaultPolicy(policy => policy.ForOthers(plan => plan.Concurrency("at once", 1)))));
        Assert.Contains("WithLocalLeases has no effect", exception.Message, StringComparison.Ordinal);
    }

    private static Task<RateLimitConfigurationException> Misconfigured(Action<RedisStoreBuilder> configure) =>
        Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(limits => limits
            .FixedWindow(1, TimeSpan.FromMinutes(1)).UseRedis("localhost:1", configure)));
}
