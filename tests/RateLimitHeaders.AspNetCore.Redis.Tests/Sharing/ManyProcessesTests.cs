using System.Globalization;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class ManyProcessesTests(ITestOutputHelper output)
{
    [Fact]
    public async Task FourProcesses_OneQuota_AdmitTheLimitAndSeeDifferentNumbers()
    {
        const int Limit = 20_000;
        const int Attempts = 10_000;
        await using var server = await RedisServer.StartAsync();
        var workers = Enumerable.Range(0, 4).Select(_ => WorkerProcess.Start($"{server.Port}", $"{Limit}", $"{Attempts}")).ToList();
        try
        {
            await Task.WhenAll(workers.Select(worker => worker.ReadyAsync()));
            await CommandStatistics.ResetAsync(server);
            var watch = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(workers.Select(worker => worker.GoAsync()));
            var results = await Task.WhenAll(workers.Select(worker => worker.ResultAsync()));
            var elapsed = TimeProvider.System.GetElapsedTime(watch);

            var lines = results.Select(result => result.Split('\n')).ToList();
            var rejected = lines.Sum(line => int.Parse(line[0], CultureInfo.InvariantCulture));
            var remaining = lines
                .SelectMany(line => line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture))
                .ToList();
            output.WriteLine(
                $"{4 * Attempts} attempts of four processes in {elapsed.TotalSeconds:0.0} s: {remaining.Count} admitted of a limit of {Limit} "
                + $"({string.Join(", ", lines.Select(line => line[1].Split(' ').Length))} each), {remaining.Distinct().Count()} different numbers left, "
                + $"{rejected} rejected; {await CommandStatistics.ReadAsync(server)}.");
            Assert.Equal(Limit, remaining.Count);
            Assert.Equal(Enumerable.Range(0, Limit), remaining.Order());
            Assert.Equal((4 * Attempts) - Limit, rejected);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }
}
