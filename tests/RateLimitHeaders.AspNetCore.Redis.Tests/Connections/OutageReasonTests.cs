using System.Net;
using System.Net.Sockets;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The reason of an outage has the cause and the remedy, and not only that no answer came in time.</summary>
public sealed class OutageReasonTests
{
    [Fact]
    public async Task Reason_WrongPassword_HasTheRemedyAndNoPassword()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG", "SET", "requirepass", "right");
        var reason = await ReasonAsync($"{server.HastyConfiguration},password=wrong", "NOAUTH", "WRONGPASS");
        Assert.EndsWith("Give the right user and password in the connection string.", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reason_TlsWithAServerWithoutTls_HasTheCause()
    {
        // Redis answers so if there is a line break among the random bytes that TLS begins with, and else waits for one.
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        using var stopping = new CancellationTokenSource();
        var serving = RejectAsync(listener, stopping.Token);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await ReasonAsync($"127.0.0.1:{port},ssl=true,connectTimeout=1000,abortConnect=false", "TLS failed: give ssl=true");
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Fact]
    public async Task Reason_NoServer_HasTheCause()
    {
        var server = RedisServer.NotStarted();

        // The first is what the client says before version 3.
        await ReasonAsync(server.HastyConfiguration, $"UnableToConnect on 127.0.0.1:{server.Port}", "Connection refused");
    }

    [Fact]
    public async Task Reason_DatabaseThatDoesNotExist_HasCauseAndRemedy()
    {
        await using var server = await RedisServer.StartAsync();
        var reason = await ReasonAsync($"{server.HastyConfiguration},defaultDatabase=99", "database does not exist on the server: 99");
        Assert.EndsWith(
            "Set defaultDatabase in the connection string to a database of the server, or leave it out: clusters and proxies have only database 0.",
            reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reason_DatabaseOfACluster_HasCauseAndRemedy()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var reason = await ReasonAsync($"{cluster.Configuration},defaultDatabase=1", "database");
        Assert.EndsWith("or leave it out: clusters and proxies have only database 0.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reason_ServerWithoutScripts_HasCauseAndRemedy()
    {
        await using var server = await RedisServer.StartAsync("--rename-command", "EVALSHA", "", "--rename-command", "EVAL", "");
        var reason = await ReasonAsync(server.HastyConfiguration, "unknown command");
        Assert.EndsWith(
            "The server must run Lua scripts: Redis and Valkey do, Garnet with --lua and --lua-transaction-mode.", reason, StringComparison.Ordinal);
    }

    /// <summary>Answers whatever a connection begins with by an error of Redis, and closes it.</summary>
    private static async Task RejectAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(cancellationToken);
            try
            {
                var stream = client.GetStream();
                if (await stream.ReadAsync(new byte[4_096], cancellationToken) > 0)
                {
                    await stream.WriteAsync("-ERR Protocol error: unauthenticated multibulk length\r\n"u8.ToArray(), cancellationToken);
                }
            }
            catch (IOException)
            {
                // The client has given this connection up, and makes another one.
            }
        }
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
