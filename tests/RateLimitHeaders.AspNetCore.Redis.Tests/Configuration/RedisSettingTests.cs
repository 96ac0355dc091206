using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RedisSettingTests
{
    private const string Server = "localhost:1,abortConnect=false";

    [Fact]
    public void Settings_ByDefault_AreThoseOfTheDocumentation()
    {
        var options = new RedisStoreOptions();
        Assert.Null(options.Configuration);
        Assert.Equal("ratelimit", options.KeyPrefix);
        Assert.Null(options.HashKey);
        Assert.Null(options.GroupCalls);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.Deadline);
        Assert.Equal(StoreUnavailable.LimitInMemory, options.WhenUnavailable);
    }

    [Fact]
    public void Settings_FromConfiguration_AreBound()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Configuration"] = "redis.internal:6379",
            ["KeyPrefix"] = "shop",
            ["HashKey"] = "secret",
            ["GroupCalls"] = "false",
            ["Deadline"] = "00:00:00.2",
            ["Nodes"] = "4",
            ["LocalBatches:MaxBatch"] = "100",
        };
        var services = new ServiceCollection();
        services.Configure<RedisStoreOptions>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddRateLimitHeaders().AddRedis(redis => redis.KeyPrefix += ":eu");
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value;
        Assert.Equal(("redis.internal:6379", "shop:eu", "secret", false), (options.Configuration, options.KeyPrefix, options.HashKey, options.GroupCalls));
        Assert.Equal((TimeSpan.FromMilliseconds(200), 4, 100), (options.Deadline, options.Nodes, options.LocalBatches?.MaxBatch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a{b}")]
    [InlineData("a\nb")]
    public async Task KeyPrefix_ThatCannotBe_StopsTheStart(string prefix)
    {
        var error = Assert.Single(await ErrorsAsync(builder => builder.AddRedis(Server, redis => redis.KeyPrefix = prefix)));
        Assert.Equal(("RLH0703", "Redis:KeyPrefix"), (error.Id, error.Path));
        Assert.StartsWith($"KeyPrefix is \"{prefix}\"; give a text without braces", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_OutOfRange_StopTheStartAllAtOnce()
    {
        var errors = await ErrorsAsync(builder => builder.AddRedis(Server, redis =>
        {
            redis.KeyPrefix = "{}";
            redis.HashKey = "";
            redis.Nodes = 0;
        }));
        Assert.Equal(["Redis:Nodes", "Redis:KeyPrefix", "Redis:HashKey"], errors.Select(error => error.Path));
        Assert.Equal(("RLH0704", "HashKey is empty; give a secret, or leave it out."), (errors[2].Id, errors[2].Message));
    }

    [Theory]
    [InlineData(" ", "The connection string is empty; ")]
    [InlineData("abortConnect=false", "The connection string names no server; ")]
    [InlineData("redis://:secret@localhost:6379", "The connection string names a server by a URL; ")]
    [InlineData("localhost,colour=red", "The connection string has an option that does not exist, ")]
    [InlineData("localhost,password=begin,secret=end", "The connection string has an option that does not exist, ")]
    [InlineData("localhost,ssl=secret", "The connection string has an option that does not exist, ")]
    public async Task ConnectionString_ThatCannotBe_StopsTheStartAndIsNotRepeated(string configuration, string message)
    {
        var error = Assert.Single(await ErrorsAsync(builder => builder.AddRedis(configuration)));
        Assert.Equal(("RLH0701", "Redis:Configuration"), (error.Id, error.Path));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_ThatIsNowhere_StopsTheStart()
    {
        var error = Assert.Single(await ErrorsAsync(builder => builder.AddRedis()));
        Assert.Equal(("RLH0702", "Redis:Configuration"), (error.Id, error.Path));
        Assert.Equal(
            "There is no connection string, and no IConnectionMultiplexer among the services; give one of StackExchange.Redis, such as \"localhost:6379\".",
            error.Message);
    }

    [Fact]
    public async Task Connection_WithAKeyThatNoServiceHas_StopsTheStart()
    {
        var error = Assert.Single(await ErrorsAsync(builder => builder.AddRedis(redis => redis.ServiceKey = "cache")));
        Assert.Equal(("RLH0702", "Redis:Configuration"), (error.Id, error.Path));
        Assert.Equal(
            "There is no connection string, and no IConnectionMultiplexer with the key \"cache\" among the services; "
            + "give one of StackExchange.Redis, such as \"localhost:6379\".",
            error.Message);
    }

    [Fact]
    public async Task Window_ThatRedisCannotCount_StopsTheStart()
    {
        var errors = await ErrorsAsync(
            builder => builder.AddRedis(Server), limits => limits.DefaultPolicy(policy => policy.FixedWindow("short", 1, new TimeSpan(9))));
        Assert.Equal(
            [
                "RLH0705 Policies:default:Plans:user:Quotas:short:Window: Window is 00:00:00.0000009; Redis counts time in microseconds, so give one or more.",
                "RLH0705 Policies:default:Plans:anonymous:Quotas:short:Window: Window is 00:00:00.0000009; Redis counts time in microseconds, so give one or more.",
            ],
            errors.Select(error => error.ToString()));
    }

    private static async Task<IReadOnlyList<RateLimitConfigurationError>> ErrorsAsync(
        Action<IRateLimitHeadersBuilder> addRedis, Action<RateLimitsBuilder>? limits = null)
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await TestApi.StartAsync(
                limits ?? (limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1))), services: services => addRedis(services.AddRateLimitHeaders()));
        });
        return exception.Errors;
    }
}
