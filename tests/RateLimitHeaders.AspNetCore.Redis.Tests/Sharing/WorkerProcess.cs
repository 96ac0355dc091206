using System.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A process that shares a quota with others: this assembly, started as a program.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public static WorkerProcess Start(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo("dotnet", [typeof(WorkerProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);

    public async Task ReadyAsync() => Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync());

    public Task GoAsync() => _process.StandardInput.WriteLineAsync("go");

    /// <summary>Waits for what it found.</summary>
    public async Task<string> ResultAsync()
    {
        var result = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        Assert.Equal(0, _process.ExitCode);
        return result;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
