using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What a <see cref="WorkerProcess"/> does: it asks again and again for a permit of one caller's quota.</summary>
internal static class Worker
{
    private const int Tasks = 16;

    public static Task<int> Main(string[] arguments) =>
        arguments is ["reload", var port, var number] ? ReloadingWorker.RunAsync(port, int.Parse(number, CultureInfo.InvariantCulture)) : RunAsync(arguments);

    private static async Task<int> RunAsync(string[] arguments)
    {
        var options = RedisTesting.OptionsOf(clock: null);
        options.Configuration = RedisServer.ConfigurationOf($"127.0.0.1:{arguments[0]}");
        var limit = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var attempts = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        options.LocalBatches = arguments.Length > 3 ? new() { MaxBatch = int.Parse(arguments[3], CultureInfo.InvariantCulture) } : null;
        using var store = new RedisStore(options, open: null);
        var (guard, partitions) = await RedisTesting.CreateAsync(store, "workers", Quota.SlidingWindow("hourly", limit, TimeSpan.FromHours(1)));
        var caller = new RateLimitPrincipal("user", "alice");

        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        var remaining = new ConcurrentBag<long>();
        var rejected = 0;
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < attempts / Tasks; i++)
            {
                var decision = await partitions.TakeAsync(caller);
                if (decision.IsAcquired)
                {
                    remaining.Add(decision.Statuses[0].Remaining);
                }
                else
                {
                    Interlocked.Increment(ref rejected);
                }
            }
        })));

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rejected}"));
        await Console.Out.WriteLineAsync(string.Join(' ', remaining));
        partitions.Dispose();
        guard.Dispose();
        return 0;
    }
}
