using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RedisSettingTests
{
    private const string Server = "localhost:1,abortConnect=false";

    [Fact]
    public void Settings_ByDefault_AreThoseOfTheDocumentation()
    {
        var options = new RedisStoreBuilder().Options;
        Assert.Equal("ratelimit", options.KeyPrefix);
        Assert.Null(options.HashKey);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.Deadline);
        Assert.Equal(1, options.Nodes);
        Assert.Equal(WhenRedisUnavailable.LimitInMemory, options.WhenUnavailable);
        Assert.True(options.RememberRefusals);
        Assert.Equal(TimeSpan.FromSeconds(60), options.ConcurrencyLeaseTime);
        Assert.True(options.GroupCalls);
    }

    [Fact]
    public void GroupCalls_Switched_IsKept()
    {
        Assert.False(new RedisStoreBuilder().GroupCalls(false).Options.GroupCalls);
        Assert.True(new RedisStoreBuilder().GroupCalls(false).GroupCalls(true).Options.GroupCalls);
    }

    [Theory]
    [InlineData("", "UseRedis: KeyPrefix is \"\"; give a text without braces")]
    [InlineData("a{b}", "UseRedis: KeyPrefix is \"a{b}\"; give a text without braces")]
    [InlineData("a\nb", "UseRedis: KeyPrefix is \"a\nb\"; give a text without braces")]
    public async Task KeyPrefix_ThatCannotBe_StopsTheStart(string prefix, string finding) =>
        await AssertFindingAsync(redis => redis.KeyPrefix(prefix), finding);

    [Fact]
    public async Task Settings_OutOfRange_StopTheStartAllAtOnce()
    {
        var exception = await Misconfigured(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).UseRedis(Server, redis => redis
            .Deadline(TimeSpan.FromSeconds(-1)).Nodes(0).HashKey("").WhenUnavailable((WhenRedisUnavailable)7).ConcurrencyLeaseTime(TimeSpan.Zero)));
        Assert.Contains("UseRedis: Deadline is -00:00:01; give a time above zero", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseRedis: Nodes is 0; give the number of servers, 1 or more.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseRedis: HashKey is empty; give a secret, or leave it out.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseRedis: WhenUnavailable is 7; give one of LimitInMemory, Admit and Refuse.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseRedis: ConcurrencyLeaseTime is 00:00:00; give a time from a second to a day.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ", "the connection string is empty")]
    [InlineData("abortConnect=false", "the connection string names no server")]
    [InlineData("localhost,password=secret,colour=red", "the connection string is not understood")]
    public async Task ConnectionString_ThatCannotBe_StopsTheStartAndIsNotRepeated(string configuration, string finding)
    {
        var exception = await Misconfigured(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).UseRedis(configuration));
        Assert.Contains(finding, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotas_ThatRedisCannotCount_StopTheStart()
    {
        var exception = await Misconfigured(limits => limits.UseRedis(Server).DefaultPolicy(policy => policy.ForAnonymous(plan => plan
            .Concurrency("at once", 1, queueLimit: 3).FixedWindow("short", 1, new TimeSpan(9))).ForOthers(plan => plan.Exempt())));
        Assert.Contains(
            "Policy \"default\", token type \"anonymous\", quota \"at once\": queueLimit is 3; nobody can wait in Redis",
            exception.Message,
            StringComparison.Ordinal);
        Assert.Contains("quota \"short\": the window is 00:00:00.0000009; Redis counts time in microseconds", exception.Message, StringComparison.Ordinal);
    }

    private static async Task AssertFindingAsync(Action<RedisStoreBuilder> configure, string finding)
    {
        var exception = await Misconfigured(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)).UseRedis(Server, configure));
        Assert.Contains(finding, exception.Message, StringComparison.Ordinal);
    }

    private static Task<RateLimitConfigurationException> Misconfigured(Action<RateLimitHeadersBuilder> limits) =>
        Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await TestApi.StartAsync(limits);
        });
}
