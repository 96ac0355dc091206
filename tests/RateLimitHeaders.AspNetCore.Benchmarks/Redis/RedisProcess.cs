using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>A <c>redis-server</c> of the benchmark's own, on a free port, which keeps nothing.</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly Process _process;

    private RedisProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static RedisProcess Start()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        return new(Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!, port);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
