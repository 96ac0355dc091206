using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore.Tests;

public class BusyTimerTests
{
    [Fact]
    public void Timer_WhileThereIsNothingToDo_DoesNotRun()
    {
        var clock = new ManualTimeProvider();
        var left = 0;
        var runs = 0;
        using var timer = new BusyTimer(
            clock,
            Second,
            () =>
            {
                left--;
                runs++;
            },
            () => left > 0);
        Assert.Equal(0, clock.RunningTimers);

        foreach (var work in new[] { 3, 2 })
        {
            left = work;
            runs = 0;
            timer.Start();
            timer.Start();
            clock.Advance(Second / 2);
            Assert.Equal((1, 0), (clock.RunningTimers, runs));
            clock.Advance(Second / 2);
            Assert.Equal(1, runs);
            clock.Advance(10 * Second);
            Assert.Equal((0, work), (clock.RunningTimers, runs));
        }
    }

    [Fact]
    public void Timer_WhatComesAsItStops_IsNotForgotten()
    {
        var clock = new ManualTimeProvider();
        var isBusy = true;
        var looks = 0;
        BusyTimer? timer = null;
        timer = new BusyTimer(clock, Second, () => isBusy = false, IsBusy);
        timer.Start();
        clock.Advance(Second);
        Assert.Equal((2, 1), (looks, clock.RunningTimers));
        clock.Advance(Second);
        Assert.Equal((4, 0), (looks, clock.RunningTimers));
        timer.Dispose();

        bool IsBusy()
        {
            var seen = isBusy;
            if (++looks == 1)
            {
                // Another thread's, after this look: it finds the timer still set.
                isBusy = true;
                timer!.Start();
            }

            return seen;
        }
    }

    [Fact]
    public async Task Timer_OfManyThreads_LeavesNothingBehind()
    {
        ConcurrentDictionary<(int Thread, int Item), bool> work = [];
        var isAlone = 0;
        var overlaps = 0;
        using var timer = new BusyTimer(TimeProvider.System, TimeSpan.FromMilliseconds(1), Clear, () => !work.IsEmpty);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(thread => Task.Run(async () =>
        {
            for (var item = 0; item < 150; item++)
            {
                // At all moments of the other threads' runs.
                Thread.SpinWait(20 * item);
                work[(thread, item)] = true;
                timer.Start();
                for (var start = TimeProvider.System.GetTimestamp(); work.ContainsKey((thread, item));)
                {
                    Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "It has stopped, though there is something to do.");
                    await Task.Delay(1);
                }
            }
        })));
        Assert.Equal(0, overlaps);

        void Clear()
        {
            overlaps += Interlocked.Exchange(ref isAlone, 1);
            work.Clear();
            Volatile.Write(ref isAlone, 0);
        }
    }

    [Fact]
    public void Timer_ThatNothingElseUses_IsNotKeptByTheClock()
    {
        var clock = new ManualTimeProvider();
        var timer = StartUnused(clock);
        Collect();
        Assert.False(timer.IsAlive);
        clock.Advance(Second);
    }

    [Fact]
    public void Timer_InUse_RunsAfterACollection()
    {
        var clock = new ManualTimeProvider();
        var runs = 0;
        using var timer = new BusyTimer(clock, Second, () => runs++, () => runs == 0);
        timer.Start();
        Collect();
        clock.Advance(Second);
        Assert.Equal(1, runs);
    }

    // Not inlined, so that no reference stays on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference StartUnused(ManualTimeProvider clock)
    {
#pragma warning disable CA2000 // It is not disposed, as by a host that is not stopped.
        var timer = new BusyTimer(clock, Second, static () => { }, static () => true);
#pragma warning restore CA2000
        timer.Start();
        return new(timer);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
