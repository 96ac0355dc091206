using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What a <see cref="WorkerProcess"/> does: it asks again and again for a permit of one caller's quota.</summary>
internal static class Worker
{
    private const int Tasks = 16;

    public static async Task<int> Main(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var limit = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var attempts = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var leases = arguments.Length > 3 ? new LocalLeases(int.Parse(arguments[3], CultureInfo.InvariantCulture), LocalLeases.DefaultHoldTime) : null;
        using var store = await RedisTesting.CreateStoreAsync($"127.0.0.1:{port}", leases);
        using var counter = store.CreateCounter(TestPlan.Create(
            TimeProvider.System, "workers", Quota.SlidingWindow("hourly", limit, TimeSpan.FromHours(1))));
        var caller = new RateLimitPrincipal("user", "alice");
        await RedisTesting.CountsInRedisAsync(counter);

        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        var remaining = new ConcurrentBag<long>();
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < attempts / Tasks; i++)
            {
                using var lease = await counter.AcquireAsync(caller, 1, []);
                if (lease.IsAcquired)
                {
                    remaining.Add(lease.Statuses[0].Remaining);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{refused}"));
        await Console.Out.WriteLineAsync(string.Join(' ', remaining));
        return 0;
    }
}
