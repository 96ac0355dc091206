using System.Diagnostics;
using System.Net.Sockets;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A server of the test's own, on a free port, which the test may stop, start again and ill-treat.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    // The shell outlives neither its server nor these tests: it ends the server when its input does, however they end.
    private const string Guard =
        """exec 3<&0; "$@" <&- & server=$!; { read -r _ <&3; kill -9 "$server"; } 2>/dev/null & guard=$!; wait "$server"; kill "$guard" 2>/dev/null""";

    private readonly string _program;
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(int port, string program, string[] arguments)
    {
        Port = port;
        _program = program;
        _arguments = arguments;
    }

    public int Port { get; }

    /// <summary>Gets what connects to it, however busy the machine is.</summary>
    public string Configuration => ConfigurationOf($"127.0.0.1:{Port}");

    /// <summary>
    /// Gets the same for tests in which there is no server for a while: the pauses between attempts to connect grow with the time for one.
    /// </summary>
    public string HastyConfiguration => $"127.0.0.1:{Port},connectTimeout=1000,abortConnect=false";

    /// <summary>Gets what connects to servers, however busy the machine is: the client gives calls up later than any test.</summary>
    public static string ConfigurationOf(string servers) => $"{servers},connectTimeout=10000,asyncTimeout=30000,abortConnect=false";

    /// <summary>Chooses a port for a server and does not start it.</summary>
    public static RedisServer NotStarted(params string[] settings)
    {
        var port = FreePort.Next();
        return new(
            port,
            RedisBinary.Find(),
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--enable-debug-command", "yes", .. settings]);
    }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Arguments for it, such as <c>--maxmemory</c>, <c>10mb</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = NotStarted(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts another server than Redis.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Gets its arguments from the port.</param>
    public static async Task<RedisServer> StartAsync(string program, Func<int, string[]> arguments)
    {
        var port = FreePort.Next();
        var server = new RedisServer(port, program, arguments(port));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it, empty, on the same port as before.</summary>
    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", _program, .. _arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = _process.StandardOutput.ReadToEndAsync();
        for (var attempt = 0; !await AnswersAsync(); attempt++)
        {
            Assert.False(_process.HasExited, _process.HasExited ? $"{_program} does not start: {await output}" : null);
            Assert.True(attempt < 1_200, $"{_program} does not answer within 30 s.");
            await Task.Delay(25);
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Runs a command.</summary>
    /// <returns>What it answers, as <c>redis-cli</c> prints it: a line for each item.</returns>
    public async Task<string> CommandAsync(params string[] command)
    {
        using var client = await RespClient.ConnectAsync(Port);
        return await client.CommandAsync(command);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await CommandAsync("PING") == "PONG";
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
