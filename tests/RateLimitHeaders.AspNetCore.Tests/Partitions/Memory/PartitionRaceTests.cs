using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionRaceTests
{
    private const int Threads = 4;
    private const int Limit = 20;

    [Fact]
    public void Acquisitions_WhileANewPartitionIsDroppedAndMadeAgain_LoseNoCount()
    {
        // A partition that was never charged is full: the sweep drops it wherever it comes before the first charge.
        const int Rounds = 1_000;
        var admitted = new int[Rounds];
        var round = 0;
        var policy = CreatePolicy();
        using var step = new Barrier(Threads, _ =>
        {
            policy.Dispose();
            Volatile.Write(ref policy, CreatePolicy());
            round++;
        });

        Race(() => Volatile.Read(ref policy).Partitions.Sweep(), () =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                var caller = policy.CreateCaller();
                caller.Ask("ada", cost: 0);
                for (var request = 0; request < Limit; request++)
                {
                    if (caller.Ask("ada").IsAcquired)
                    {
                        Interlocked.Increment(ref admitted[round]);
                    }
                }

                Meet(step);
            }
        });

        policy.Dispose();
        Assert.All(admitted, count => Assert.Equal(Limit, count));

        static PolicyUnderTest CreatePolicy() => new(100, Quota.FixedWindow("api", Limit, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Acquisitions_OfANewCallerThatTakesTheLastPlace_AreTheLimitAltogether()
    {
        // Some threads find no room while another one makes the partition of the same caller.
        const int Rounds = 5_000;
        var admitted = new int[Rounds];
        var policy = CreatePolicy();
        using var start = new Barrier(Threads);
        using var end = new Barrier(Threads, _ =>
        {
            policy.Dispose();
            Volatile.Write(ref policy, CreatePolicy());
        });

        Parallel.ForEach(Enumerable.Range(0, Threads), new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                var caller = Volatile.Read(ref policy).CreateCaller();
                Meet(start);
                for (var request = 0; request < 2; request++)
                {
                    if (caller.Ask("ada").IsAcquired)
                    {
                        Interlocked.Increment(ref admitted[i]);
                    }
                }

                Meet(end);
            }
        });

        policy.Dispose();
        Assert.All(admitted, count => Assert.Equal(3, count));

        static PolicyUnderTest CreatePolicy() => new(maxPartitions: 1, Quota.FixedWindow("api", 3, TimeSpan.FromHours(1)));
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

        Race(policy.Partitions.Sweep, () =>
        {
            var caller = policy.CreateCaller();
            for (var i = 0; i < Windows; i++)
            {
                for (var request = 0; request < Limit; request++)
                {
                    if (caller.Ask("ada").IsAcquired)
                    {
                        Interlocked.Increment(ref admitted[window]);
                    }
                }

                Meet(step);
            }
        });

        Assert.All(admitted, count => Assert.Equal(Limit, count));
        policy.Partitions.Sweep();
        Assert.Equal(0, policy.Partitions.Count);
    }

    [Fact]
    public void Additions_OfTheSameKeysAtTheSameTime_KeepTheBudgetExact()
    {
        const int Room = 300;
        var budget = new PartitionBudget(Room, () => { });
        var partitions = new PartitionMap<int, Disposable>(budget);
        var made = new ConcurrentBag<Disposable>();

        Race(Sweep, () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                partitions.TryAdd(i % (2 * Room), () =>
                {
                    var partition = new Disposable();
                    made.Add(partition);
                    return partition;
                });
                Assert.InRange(partitions.Count, 0, Room);
                if (i % 1_000 == 999)
                {
                    // However seldom a busy machine lets the sweeper run.
                    Sweep();
                }
            }
        });

        Assert.Equal(partitions.Count, budget.Taken);
        Assert.DoesNotContain(partitions.Pairs.Select(pair => pair.Value), partition => partition.IsDisposed);
        Assert.True(made.Count > Room);

        void Sweep() => partitions.Sweep(static _ => Random.Shared.Next(3) == 0);
    }

    /// <summary>Waits for the other threads, of which one that has failed does not come.</summary>
    private static void Meet(Barrier barrier) => Assert.True(barrier.SignalAndWait(TimeSpan.FromMinutes(1)), "Another thread does not come.");

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
