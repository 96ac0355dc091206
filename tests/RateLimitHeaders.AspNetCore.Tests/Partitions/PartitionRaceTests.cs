using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionRaceTests
{
    private const int Threads = 4;
    private const int Limit = 20;

    [Fact]
    public void Acquisitions_WhilePartitionsAreDroppedAndMade_LoseNoCount()
    {
        // A new partition is full, and so is dropped wherever the sweep comes between its making and its first use.
        using var policy = new PolicyUnderTest(100_000, Quota.FixedWindow("api", Limit, TimeSpan.FromHours(1)));
        const int Keys = 500;
        var admitted = new int[Keys];

        Race(policy, caller =>
        {
            for (var key = 0; key < Keys; key++)
            {
                for (var i = 0; i < Limit; i++)
                {
                    if (caller.Ask(key.ToString(CultureInfo.InvariantCulture)).IsAcquired)
                    {
                        Interlocked.Increment(ref admitted[key]);
                    }
                }
            }
        });

        Assert.All(admitted, count => Assert.Equal(Limit, count));
        Assert.Equal(Keys, policy.Budget.Taken);
    }

    [Fact]
    public void Acquisitions_WhileWindowsPassAndPartitionsAreDropped_GetTheLimitPerWindow()
    {
        using var policy = new PolicyUnderTest(100_000, Quota.FixedWindow("api", Limit, TimeSpan.FromMinutes(1)));
        const int Windows = 300;
        var admitted = new int[Windows];
        var window = 0;

        // All threads stop for the step of the clock; the sweep does not, and drops what the last window used up.
        using var step = new Barrier(Threads, _ =>
        {
            policy.Time.Advance(TimeSpan.FromMinutes(1));
            window++;
        });

        Race(policy, caller =>
        {
            for (var i = 0; i < Windows; i++)
            {
                for (var request = 0; request < Limit; request++)
                {
                    if (caller.Ask("ada").IsAcquired)
                    {
                        Interlocked.Increment(ref admitted[window]);
                    }
                }

                step.SignalAndWait();
            }
        });

        Assert.All(admitted, count => Assert.Equal(Limit, count));
        policy.Partitions.Sweep();
        Assert.Equal(0, policy.Budget.Taken);
    }

    [Fact]
    public void Additions_OfTheSameKeysAtTheSameTime_KeepTheBudgetExact()
    {
        const int Room = 300;
        var budget = new PartitionBudget(Room, () => { });
        var partitions = new PartitionMap<int, Disposable>(budget, _ => Random.Shared.Next(3) == 0);
        var made = new System.Collections.Concurrent.ConcurrentBag<Disposable>();

        Race(partitions.Sweep, () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                partitions.TryAdd(i % (2 * Room), _ =>
                {
                    var partition = new Disposable();
                    made.Add(partition);
                    return partition;
                });
                Assert.InRange(partitions.Count, 0, Room);
            }
        });

        Assert.Equal(partitions.Count, budget.Taken);
        Assert.DoesNotContain(partitions.Partitions, partition => partition.IsDisposed);
        Assert.True(made.Count > Room);
    }

    private static void Race(PolicyUnderTest policy, Action<TestCaller> ask) =>
        Race(policy.Partitions.Sweep, () => ask(policy.CreateCaller()));

    /// <summary>Runs the same on several threads while another one sweeps without a pause.</summary>
    private static void Race(Action sweep, Action act)
    {
        using var done = new CancellationTokenSource();
        var sweeps = Task.Factory.StartNew(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    sweep();
                }
            },
            TaskCreationOptions.LongRunning);
        try
        {
            Task.WaitAll([.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(act, TaskCreationOptions.LongRunning))]);
        }
        finally
        {
            done.Cancel();
            sweeps.GetAwaiter().GetResult();
        }
    }
}
