using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What requests send over the network, which the statistics of a server do not tell from what scripts do.</summary>
public class OneCommandTests
{
    [Fact]
    public async Task EachRequest_OverTheNetwork_IsOneCommand()
    {
        const int Requests = 100;
        await using var server = await RedisServer.StartAsync();
        await using var proxy = SpreadingProxy.Start(0, server);
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1_000, TimeSpan.FromDays(1)),
            services: services => services.AddRateLimitHeaders().AddRedis(proxy.Configuration, RedisTesting.Configure));
        await api.CountsInRedisAsync(server);
        proxy.Commands.Clear();

        for (var i = 0; i < Requests; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(address: $"192.0.2.{i % 7}")).Status);
        }

        // The client looks from time to time whether the server is there, and its subscription may come late.
        Assert.Equal(Enumerable.Repeat("EVALSHA", Requests), proxy.Commands.Where(command => command is not ("PING" or "INFO" or "SUBSCRIBE")));
    }
}
