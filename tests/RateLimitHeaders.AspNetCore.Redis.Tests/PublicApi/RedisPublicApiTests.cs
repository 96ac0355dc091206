namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RedisPublicApiTests
{
    [Fact]
    public void PublicApi_OfTheRedisPackage_IsAsTheFileSays() =>
        AcceptedApi.Verify(typeof(RedisStoreOptions).Assembly, "RateLimitHeaders.AspNetCore.Redis.Tests");
}
