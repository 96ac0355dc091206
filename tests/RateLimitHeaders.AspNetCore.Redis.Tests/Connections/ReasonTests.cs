using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What a server says that cannot count: the cause and what helps, and not only that no answer came in time.</summary>
public sealed class ReasonTests
{
    [Fact]
    public async Task Reason_WrongPassword_IsTold()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", "right");
        var reason = await ReasonAsync($"{server.Configuration},password=wrong", "NOAUTH", "WRONGPASS");
        Assert.EndsWith("Give the right user and password in the connection string.", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reason_TlsWithAServerThatSpeaksNone_IsTold()
    {
        await using var server = await RedisServer.StartAsync();
        await ReasonAsync($"{server.Configuration},ssl=true", "TLS failed: give ssl=true");
    }

    [Fact]
    public async Task Reason_NoServer_IsTold()
    {
        var server = RedisServer.NotStarted();

        // The first is what the client says before version 3.
        await ReasonAsync(server.Configuration, $"UnableToConnect on 127.0.0.1:{server.Port}", "Connection refused");
    }

    [Fact]
    public async Task Reason_DatabaseThatDoesNotExist_IsTold()
    {
        await using var server = await RedisServer.StartAsync();
        await ReasonAsync($"{server.Configuration},defaultDatabase=99", "database does not exist on the server: 99");
    }

    [Fact]
    public async Task Reason_ServerWithoutScripts_IsTold()
    {
        await using var server = await RedisServer.StartAsync("--rename-command", "EVALSHA", "", "--rename-command", "EVAL", "");
        var reason = await ReasonAsync(server.Configuration, "unknown command");
        Assert.EndsWith(
            "The server must run Lua scripts: Redis and Valkey do, Garnet with --lua and --lua-transaction-mode.", reason, StringComparison.Ordinal);
    }

    /// <summary>Waits until a reason is told that has one of the texts in it.</summary>
    private static async Task<string> ReasonAsync(string configuration, params string[] texts)
    {
        await using var api = await RedisApi.StartAsync(10, redis => redis.AddRedis(configuration));
        for (var attempt = 0; ; attempt++)
        {
            await api.GetAsync();
            var reason = (api.Guard.Outage?.Cause ?? api.Guard.RecentFault)?.Reason ?? "";
            if (texts.Any(text => reason.Contains(text, StringComparison.Ordinal)))
            {
                return reason;
            }

            Assert.True(attempt < 2_400, $"After a minute the reason is: {reason}");
            await Task.Delay(25);
        }
    }
}
