using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a process of <see cref="SqliteProcessesTests"/> does: it asks again and again for a permit of one caller's quota.</summary>
internal static class SqliteWorker
{
    private const int Tasks = 8;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var limit = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var attempts = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        using var guard = TestStack.GuardOf(new SqliteStore(
            arguments[0], new() { Deadline = TimeSpan.FromMinutes(1), WhenUnavailable = StoreUnavailable.Reject, RememberRejections = false }));
        using var partitions = StoreStack.Create(
            guard, TestPlan.Create(TimeProvider.System, "workers", Quota.SlidingWindow("hourly", limit, TimeSpan.FromHours(1))));
        var caller = new RateLimitPrincipal("user", "alice");

        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadLineAsync();
        var remaining = new ConcurrentBag<long>();
        var rejected = 0;
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < attempts / Tasks; i++)
            {
                var decision = new RateLimitDecision { Principal = caller };
                await partitions.AcquireAsync(new AcquireArguments(caller, new long[] { 1 }, default), decision);
                if (decision.IsAcquired)
                {
                    remaining.Add(decision.Statuses[0].Remaining);
                }
                else if (decision.Outcome == RateLimitOutcome.Rejected)
                {
                    Interlocked.Increment(ref rejected);
                }
            }
        })));

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rejected}"));
        await Console.Out.WriteLineAsync(string.Join(' ', remaining));
        return 0;
    }
}
