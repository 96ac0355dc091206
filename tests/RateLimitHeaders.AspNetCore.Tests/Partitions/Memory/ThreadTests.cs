using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Real threads on a clock of the test, so that what is admitted depends on nothing but the counting.</summary>
public class ThreadTests
{
    private const int Threads = 4;

    // So many that the threads overlap for milliseconds: most of these tests fail in each run without the lock.
    private const int Limit = 20_000;

    private static ManualTimeProvider Frozen { get; } = new();

    [Fact]
    public void FixedWindow_ManyThreads_AdmitsTheLimit() => AssertAdmitsLimit(Quota.FixedWindow("q", Limit, Seconds(1)));

    [Fact]
    public void SlidingWindow_ManyThreads_AdmitsTheLimit() => AssertAdmitsLimit(Quota.SlidingWindow("q", Limit, Seconds(1)));

    [Fact]
    public void TokenBucket_ManyThreads_AdmitsTheLimit() => AssertAdmitsLimit(Quota.TokenBucket("q", Limit + 0.5, Seconds(1)));

    [Fact]
    public void CalendarWindow_ManyThreads_AdmitsTheLimit() => AssertAdmitsLimit(Quota.CalendarWindow("q", Limit, CalendarPeriod.Day));

    [Fact]
    public void CalendarWindow_ThatEndsWhileManyThreadsAcquire_AdmitsTheLimitInEach()
    {
        var clock = new ManualTimeProvider();
        clock.Advance(Seconds(86_400) - clock.GetUtcNow().TimeOfDay - new TimeSpan(1));
        var partition = TestedPartition.Compact(clock, Quota.CalendarWindow("q", Limit, CalendarPeriod.Day));
        var (admitted, numbers) = (0, 0);
        OnThreads(() =>
        {
            var isFirst = Interlocked.Increment(ref numbers) == 1;
            for (var i = 0; i < 2 * Limit; i++)
            {
                if (isFirst && i == Limit)
                {
                    // The first thread has used up the window, with or without the others, and uses up the next one.
                    clock.Advance(new TimeSpan(1));
                }

                if (partition.Take().IsAcquired)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        });

        Assert.Equal(2 * Limit, admitted);
    }

    [Fact]
    public void Concurrency_ManyThreadsThatGiveNothingBack_AdmitsTheLimit() => AssertAdmitsLimit(Quota.Concurrency("q", Limit));

    [Fact]
    public void SeveralQuotas_ManyThreads_AdmitTheSmallestLimit() => AssertAdmitsLimit(
        Quota.FixedWindow("fixed", Limit + 700, Seconds(1)),
        Quota.SlidingWindow("sliding", Limit, Seconds(1)),
        Quota.TokenBucket("bucket", Limit + 300, Seconds(1)),
        Quota.Concurrency("at once", Limit + 100));

    [Fact]
    public void CompactPartition_ManyThreads_AdmitsTheLimit()
    {
        AssertAdmitsLimit(TestedPartition.Compact(Frozen, Quota.FixedWindow("q", Limit, Seconds(1))));
        AssertAdmitsLimit(TestedPartition.Compact(Frozen, Quota.TokenBucket("q", Limit, Seconds(1))));
        AssertAdmitsLimit(TestedPartition.Compact(Frozen, Quota.CalendarWindow("q", Limit, CalendarPeriod.Day)));
    }

    [Fact]
    public void ChargesAndRefunds_ManyThreads_AreAllCounted()
    {
        foreach (var quota in new[] { Quota.FixedWindow("q", 1_000_000, Seconds(1)), Quota.SlidingWindow("q", 1_000_000, Seconds(1)), Quota.TokenBucket("q", 1_000_000, Seconds(1)) })
        {
            var limiter = QuotaRateLimiter.Create(Frozen, quota);
            OnThreads(() =>
            {
                for (var i = 0; i < Limit; i++)
                {
                    var lease = limiter.Take();
                    lease.Charge(3);
                    lease.Refund(2);
                }
            });

            Assert.Equal(1_000_000 - (2 * Threads * Limit), limiter.GetStatistics()!.CurrentAvailablePermits);
        }
    }

    [Fact]
    public void Concurrency_ThreadsThatAcquireAndRelease_NeverHoldMoreThanTheLimit()
    {
        const int Slots = 3;
        var limiter = QuotaRateLimiter.Create(Frozen, Quota.Concurrency("at once", Slots));
        var (held, most, granted) = (0, 0, 0);
        OnThreads(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var lease = limiter.Take(1 + (i % 2));
                if (lease.IsAcquired)
                {
                    var now = Interlocked.Add(ref held, 1 + (i % 2));
                    Highest.Raise(ref most, now);
                    Interlocked.Increment(ref granted);
                    Thread.Yield();
                    Interlocked.Add(ref held, -1 - (i % 2));
                }
            }
        });

        Assert.InRange(most, 1, Slots);
        Assert.True(granted > 0);
        Assert.Equal(Slots, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Concurrency_TasksThatQueue_AreAllServedAndNeverHoldMoreThanTheLimit()
    {
        var limiter = QuotaRateLimiter.Create(Frozen, Quota.Concurrency("at once", 2, queueLimit: 1_000));
        var (held, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(async () =>
        {
            using var lease = await limiter.Wait();
            Assert.True(lease.IsAcquired);
            Highest.Raise(ref most, Interlocked.Increment(ref held));
            await Task.Yield();
            Interlocked.Decrement(ref held);
        })));

        Assert.InRange(most, 1, 2);
        var statistics = limiter.GetStatistics()!;
        Assert.Equal((2, 0, 1_000), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount, statistics.TotalSuccessfulLeases));
    }

    private static void AssertAdmitsLimit(params Quota[] quotas) => AssertAdmitsLimit(TestedPartition.Standard(Frozen, quotas));

    private static void AssertAdmitsLimit(TestedPartition partition)
    {
        var admitted = new ConcurrentBag<TestedAnswer>();
        OnThreads(() =>
        {
            for (var i = 0; i < Limit; i++)
            {
                if (partition.Take() is { IsAcquired: true } answer)
                {
                    admitted.Add(answer);
                }
            }
        });

        Assert.Equal(Limit, admitted.Count);
        for (var quota = 0; quota < admitted.First().Statuses.Length; quota++)
        {
            // Each saw a number of its own, and so all of those from the limit down.
            var highest = (long)admitted.First().Statuses[quota].Limit!.Value - 1;
            Assert.Equal(
                Enumerable.Range(0, Limit).Select(i => highest - i),
                admitted.Select(answer => answer.Statuses[quota].Remaining).OrderDescending());
        }
    }

    private static void OnThreads(Action work)
    {
        using var start = new Barrier(Threads);
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                work();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failures.Enqueue(failure);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(failures);
    }
}
