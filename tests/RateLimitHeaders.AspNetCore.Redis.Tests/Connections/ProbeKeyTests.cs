using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

[Collection(Alone.Name)]
public sealed class ProbeKeyTests
{
    [Theory]
    [InlineData("ratelimit:{api:user:8f3a}", "ratelimit:{api:user:8f3a}:probe")]
    [InlineData("ratelimit:{a}:{b}", "ratelimit:{a}:{b}:probe")]
    [InlineData("ratelimit:api:user:8f3a", "{ratelimit:api:user:8f3a}:probe")]
    [InlineData("half{open", "{half{open}:probe")]
    public async Task For_Key_IsAnotherKeyInTheSameSlot(string key, string expected)
    {
        await using var server = await RedisServer.StartAsync();
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Configuration);

        var probe = ProbeKey.For(key);

        Assert.Equal(expected, (string?)probe);
        Assert.Equal(multiplexer.HashSlot(key), multiplexer.HashSlot(probe));
    }
}
