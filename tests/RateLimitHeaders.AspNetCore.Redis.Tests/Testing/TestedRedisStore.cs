namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A store whose scripts a test runs.</summary>
internal sealed class TestedRedisStore(TestedRunner runner, RedisStoreOptions options) : RateLimitStore
{
    private readonly IScriptRunner _runner = options.DecorateRunner(runner);

    public override string Name => "Redis";

    public override RateLimitStoreOptions Options => options;

    public override StorePartitions CreatePartitions(PartitionsContext context) => RedisTesting.PartitionsOf(context, _runner, options);
}
