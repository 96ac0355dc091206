using System.Diagnostics;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Processes that share one file: this assembly, started as a program.</summary>
public class SqliteProcessesTests
{
    [Fact]
    public async Task TwoProcesses_OnOneFile_AdmitTheLimitAndSeeDifferentNumbers()
    {
        const int Limit = 1_000;
        const int Attempts = 800;
        var directory = Directory.CreateTempSubdirectory();
        var workers = Enumerable.Range(0, 2).Select(_ => Start(Path.Combine(directory.FullName, "counts.db"), $"{Limit}", $"{Attempts}")).ToList();
        try
        {
            foreach (var worker in workers)
            {
                Assert.Equal("ready", await worker.StandardOutput.ReadLineAsync());
            }

            await Task.WhenAll(workers.Select(worker => worker.StandardInput.WriteLineAsync("go")));
            var results = await Task.WhenAll(workers.Select(ResultAsync));
            var remaining = results.SelectMany(result => result.Remaining).ToList();
            Assert.All(results, result => Assert.NotEmpty(result.Remaining));
            Assert.Equal(Enumerable.Range(0, Limit), remaining.Order());
            Assert.Equal((2 * Attempts) - Limit, results.Sum(result => result.Rejected));
        }
        finally
        {
            workers.ForEach(End);
            directory.Delete(recursive: true);
        }
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(SqliteProcessesTests).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    private static async Task<(int Rejected, int[] Remaining)> ResultAsync(Process worker)
    {
        var lines = (await worker.StandardOutput.ReadToEndAsync()).Split('\n');
        await worker.WaitForExitAsync();
        Assert.Equal(0, worker.ExitCode);
        return (
            int.Parse(lines[0], CultureInfo.InvariantCulture),
            [.. lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))]);
    }

    private static void End(Process worker)
    {
        worker.Kill();
        worker.Dispose();
    }
}
