using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class GroupCallsSettingTests
{
    [Fact]
    public void GroupCalls_ByDefault_IsThatOfTheDocumentation()
    {
        Assert.False(new RedisStoreBuilder().Options.GroupCalls);
        Assert.True(new RedisStoreBuilder().GroupCalls().Options.GroupCalls);
        Assert.False(new RedisStoreBuilder().GroupCalls().GroupCalls(false).Options.GroupCalls);
    }

    [Fact]
    public async Task GroupCalls_WithLocalLeases_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(limits => limits
            .FixedWindow(1, TimeSpan.FromMinutes(1)).UseRedis("localhost:1", redis => redis.GroupCalls().WithLocalLeases())));
        Assert.Contains("UseRedis: GroupCalls has no effect together with WithLocalLeases", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GroupCalls_WhereAllPlansHaveAConcurrencyQuota_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(limits => limits
            .UseRedis("localhost:1", redis => redis.GroupCalls())
            .DefaultPolicy(policy => policy.ForOthers(plan => plan.Concurrency("at once", 1)))));
        Assert.Contains("UseRedis: GroupCalls has no effect, since all plans have a concurrency quota", exception.Message, StringComparison.Ordinal);
    }
}
