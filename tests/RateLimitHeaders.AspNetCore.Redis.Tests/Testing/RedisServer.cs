using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A server of the test's own, on a free port, which the test may stop, start again and ill-treat.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(int port, string[] settings)
    {
        Port = port;
        _settings = settings;
    }

    public int Port { get; }

    /// <summary>Gets what connects to it. The time is short for connections that cannot be made, so that tests need not wait long.</summary>
    public string Configuration => $"127.0.0.1:{Port},connectTimeout=1000,abortConnect=false";

    /// <summary>Chooses a port for a server and does not start it.</summary>
    public static RedisServer NotStarted(params string[] settings)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new RedisServer(((IPEndPoint)listener.LocalEndpoint).Port, settings);
    }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Arguments for it, such as <c>--maxmemory</c>, <c>10mb</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = NotStarted(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it, empty, on the same port as before.</summary>
    public async Task StartAgainAsync()
    {
        _process = Start(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--enable-debug-command", "yes", .. _settings]);
        _ = _process.StandardOutput.ReadToEndAsync();
        for (var attempt = 0; !await AnswersAsync(); attempt++)
        {
            Assert.True(attempt < 200 && !_process.HasExited, "redis-server does not start.");
            await Task.Delay(25);
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Runs a command with <c>redis-cli</c>.</summary>
    /// <returns>What it prints.</returns>
    public async Task<string> CommandAsync(params string[] command)
    {
        using var process = Start("redis-cli", ["-h", "127.0.0.1", "-p", $"{Port}", .. command]);
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text.Trim();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static Process Start(string name, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"These tests start a Redis of their own, and there is no {name}; install the Debian package redis-server, or Redis for this system.", exception);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[7];
            await client.GetStream().ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false);
            return answer.AsSpan().SequenceEqual("+PONG\r\n"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
