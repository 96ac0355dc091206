using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that decide together in memory do so under the locks of all of their partitions.</summary>
public class CombinedLockTests
{
    private const string Ada = "ada";

    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(20);

    /// <summary>Otherwise two requests could each hold the lock that the other one waits for.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Locks_AreTakenInOneOrder_WhateverThatOfThePolicies(int first, int second)
    {
        using var policies = new CombinedPolicies(Quota.FixedWindow("a", 5, Hour), Quota.FixedWindow("b", 5, Hour));
        var caller = policies.CreateCaller(first, second);
        caller.Ask(Ada);

        var thread = new Thread(() => caller.Ask(Ada)) { IsBackground = true };
        lock (policies.Partitions[0].Find(UserOf(Ada))!)
        {
            thread.Start();
            Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_guard));

            // It holds nothing while it waits for the first one.
            var other = policies.Partitions[1].Find(UserOf(Ada))!;
            Assert.True(Monitor.TryEnter(other));
            Monitor.Exit(other);
        }

        Assert.True(thread.Join(s_guard));
        Assert.Equal([2, 2], caller.Ask(Ada).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task ManyThreads_OfPoliciesTogetherAndAlone_AdmitTheLimitOfEachAndChargeNothingElse()
    {
        const int FewA = 20_000;
        const int FewB = 25_000;
        using var policies = new CombinedPolicies(Quota.FixedWindow("a", FewA, Hour), Quota.SlidingWindow("b", FewB, Hour));
        var left = new ConcurrentBag<(string Quota, long Remaining)>();
        using var start = new Barrier(4);
        int[][] endpoints = [[0, 1], [1, 0], [0], [1]];
        await Task.WhenAll(endpoints.Select(endpoint => Task.Factory.StartNew(
            () =>
            {
                var caller = policies.CreateCaller(endpoint);
                Assert.True(start.SignalAndWait(s_guard));
                for (var i = 0; i < FewB; i++)
                {
                    if (caller.Ask(Ada) is { IsAcquired: true } decision)
                    {
                        foreach (var status in decision.Statuses)
                        {
                            left.Add((status.Name, status.Remaining));
                        }
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        // Each admitted request saw numbers of its own, and all of them, so that none that was rejected has taken one.
        Assert.Equal(LeftOf(FewA), left.Where(one => one.Quota == "a").Select(one => one.Remaining).Order());
        Assert.Equal(LeftOf(FewB), left.Where(one => one.Quota == "b").Select(one => one.Remaining).Order());
    }

    private static IEnumerable<long> LeftOf(int limit) => Enumerable.Range(0, limit).Select(remaining => (long)remaining);

    private static RateLimitPrincipal UserOf(string id) => new(TokenTypes.User, id);
}
