using System.Diagnostics;
using System.Reflection;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A run of tests/clients.sh or tests/servers.sh tests the client or the server that it names.</summary>
public class TestedVersionTests
{
    [Fact]
    public void Client_OfTheRun_IsOfTheRequestedVersion()
    {
        var asked = typeof(TestedVersionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "StackExchangeRedisVersion");

        // All versions with the same first number are one assembly version.
        var file = FileVersionInfo.GetVersionInfo(typeof(ConnectionMultiplexer).Assembly.Location);
        Assert.Equal(
            Environment.GetEnvironmentVariable("RATELIMITHEADERS_REDIS_CLIENT_VERSION") ?? asked.Value, $"{file.FileMajorPart}.{file.FileMinorPart}.{file.FileBuildPart}");
    }

    [Fact]
    public async Task Server_OfTheRun_IsGarnetIfRequested() => Assert.Equal(
        Environment.GetEnvironmentVariable("GARNET") is not null,
        (await (await SharedRedis.GetAsync()).CommandAsync("INFO", "server")).Contains("garnet_version:", StringComparison.Ordinal));
}
