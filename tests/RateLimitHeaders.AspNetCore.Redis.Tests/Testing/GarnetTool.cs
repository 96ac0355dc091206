using System.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Garnet, which runs scripts on several threads: a tool of .NET, installed for these tests alone.</summary>
public sealed class GarnetTool : IAsyncLifetime
{
    private const string Version = "2.2.8";

    private readonly string _directory = Directory.CreateTempSubdirectory("ratelimitheaders-garnet").FullName;

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "install", "garnet-server", "--version", Version, "--tool-path", _directory])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"Garnet cannot be installed.\n{await output}\n{await errors}");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Its arguments, beside where it listens.</param>
    public Task<RedisServer> StartAsync(params string[] settings) =>
        RedisServer.StartAsync(Path.Combine(_directory, "garnet-server"), port => ["--port", $"{port}", "--bind", "127.0.0.1", .. settings]);
}
