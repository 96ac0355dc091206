using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Two processes count in one Redis, and read changed limits at different moments.</summary>
[Collection(Alone.Name)]
public class ReloadingProcessesTests
{
    [Fact]
    public async Task Reloads_OfTwoProcessesAtDifferentMoments_FailNoRequestAndLoseNoCount()
    {
        await using var server = await RedisServer.StartAsync();
        using var one = WorkerProcess.Start("reload", $"{server.Port}", "1");
        using var other = WorkerProcess.Start("reload", $"{server.Port}", "2");
        WorkerProcess[] workers = [one, other];
        for (var phase = 0; phase < 2; phase++)
        {
            await Task.WhenAll(workers.Select(worker => worker.ReadyAsync()));
            if (phase == 0)
            {
                await server.CommandAsync("FLUSHALL");
                await Task.WhenAll(workers.Select(worker => worker.GoAsync()));
            }
        }

        await one.GoAsync();
        var lines = Lines(await one.ResultAsync());
        await other.GoAsync();
        var last = Lines(await other.ResultAsync());
        var told = lines.Concat(last).Where(line => line[0] != "last").ToArray();

        Assert.All(told, line => Assert.True(line[1] is "200" or "429", string.Join(';', line)));
        Assert.All(told, line => Assert.Contains(NumberOf(line, 2), ReloadingWorker.Limits));
        Assert.Contains(told, line => line[1] == "429");

        // Each admission is the next one, whichever process decided, and none is above the limit that it was decided by.
        foreach (var caller in told.GroupBy(line => line[0]))
        {
            var admitted = caller.Where(line => line[1] == "200").ToArray();
            Assert.Equal(Enumerable.Range(1, admitted.Length), admitted.Select(line => NumberOf(line, 2) - NumberOf(line, 3)).Order());
        }

        // The last limit is in force in both, and what was used stays used.
        var used = told.Count(line => line is ["all", "200", ..]);
        Assert.Equal(
            [$"last;all;200;{ReloadingWorker.LastLimit};{ReloadingWorker.LastLimit - used - 1}", $"last;all;200;{ReloadingWorker.LastLimit};{ReloadingWorker.LastLimit - used - 2}"],
            lines.Concat(last).Where(line => line[0] == "last").Select(line => string.Join(';', line)));
    }

    private static string[][] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(';'))];

    private static int NumberOf(string[] line, int field) => int.Parse(line[field], CultureInfo.InvariantCulture);
}
