using System.Globalization;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

[Collection(Alone.Name)]
public class BatchingProcessesTests(ITestOutputHelper output)
{
    [Fact]
    public async Task FourProcesses_ThatHoldBatches_AdmitNoMoreThanTheLimitAndNotMuchLess()
    {
        const int Processes = 4;
        const int Limit = 100_000;
        const int Attempts = 50_000;
        const int MaxBatch = 500;
        await using var server = await RedisServer.StartAsync();
        var workers = Enumerable.Range(0, Processes)
            .Select(_ => WorkerProcess.Start($"{server.Port}", $"{Limit}", $"{Attempts}", $"{MaxBatch}"))
            .ToList();
        try
        {
            await Task.WhenAll(workers.Select(worker => worker.ReadyAsync()));
            await CommandStatistics.ResetAsync(server);
            var start = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(workers.Select(worker => worker.GoAsync()));
            var results = await Task.WhenAll(workers.Select(worker => worker.ResultAsync()));
            var elapsed = TimeProvider.System.GetElapsedTime(start);

            var remaining = results
                .SelectMany(result => result.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture))
                .ToList();
            var statistics = await CommandStatistics.ReadAsync(server);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Processes * Attempts} attempts of four processes in {elapsed.TotalSeconds:0.0} s: {remaining.Count} admitted of a limit of {Limit} "
                + $"(over-admitted {Math.Max(0, remaining.Count - Limit)}, under-admitted {Math.Max(0, Limit - remaining.Count)} of at most {Processes * MaxBatch}), "
                + $"{remaining.Distinct().Count()} different numbers left; {statistics.Scripts} calls of Redis, "
                + $"{(double)statistics.Scripts / remaining.Count:0.0000} for each request that was admitted."));
            Assert.InRange(remaining.Count, Limit - (Processes * MaxBatch), Limit);
            Assert.InRange(statistics.Scripts, 1, remaining.Count / 5);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }
}
