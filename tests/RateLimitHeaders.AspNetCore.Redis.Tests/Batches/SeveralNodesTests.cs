using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Random requests of one caller on several servers that hold batches: never more than what the algorithm promises.</summary>
public class SeveralNodesTests
{
    private const int Nodes = 3;
    private const int Histories = 100;

    /// <summary>Some requests at once on one server.</summary>
    private sealed record Step(int Node, int WaitIn64ths, int Requests, int Cost, bool IsLowered, bool IsRefunded);

    private sealed record Schedule(RandomQuota Quota, int MaxBatch, int HoldIn64ths, Step[] Steps)
    {
        public override string ToString() => $"{Quota}, batches of {MaxBatch}, {HoldIn64ths}/64\n{string.Join('\n', Steps.Select(step => step.ToString()))}";
    }

    [Theory]
    [InlineData(RandomQuota.Fixed)]
    [InlineData(RandomQuota.Aligned)]
    public void FixedWindow_AnySchedule_AdmitsTheLimitPerWindow(string algorithm) => Check(algorithm, (schedule, admitted) =>
    {
        var (window, end, sum) = (schedule.Quota.Window, long.MinValue, 0L);
        foreach (var (at, cost) in admitted)
        {
            if (at >= end)
            {
                end = algorithm == RandomQuota.Aligned ? ((at / window) + 1) * window : at + window;
                sum = 0;
            }

            sum += cost;
            Assert.True(sum <= (long)schedule.Quota.Limit, $"{sum} in a window of {schedule.Quota.Limit}");
        }
    });

    [Fact]
    public void SlidingWindow_AnyPeriodOfItsLength_AdmitsNoMoreThanTheLimit() => CheckPeriods(RandomQuota.Sliding, (quota, time, sum) =>
        // A permit that was taken exactly one window ago has left it.
        Assert.False(time < quota.Window && sum > (long)quota.Limit, $"{sum} in {time} ticks"));

    [Fact]
    public void TokenBucket_AnyPeriod_AdmitsNoMoreThanCapacityAndRefill() => CheckPeriods(RandomQuota.Bucket, (quota, time, sum) =>
    {
        var limit = (decimal)quota.Limit;
        Assert.True(sum * (decimal)quota.Window <= (limit * quota.Window) + (limit * time), $"{sum} in {time} ticks");
    });

    private static void CheckPeriods(string algorithm, Action<RandomQuota, long, long> assert) => Check(algorithm, (schedule, admitted) =>
    {
        for (var first = 0; first < admitted.Count; first++)
        {
            var sum = 0L;
            for (var last = first; last < admitted.Count; last++)
            {
                sum += admitted[last].Cost;
                assert(schedule.Quota, admitted[last].At - admitted[first].At, sum);
            }
        }
    });

    private static void Check(string algorithm, Action<Schedule, List<(long At, int Cost)>> property)
    {
        var batched = 0;
        var replay = FSharpOption<Replay>.Some(new Replay(new Rnd(20_260_523, 1), FSharpOption<int>.None));
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Histories).WithReplay(replay),
            Prop.ForAll(Arb.From(Schedules(algorithm), Smaller), schedule =>
            {
                var (admitted, fromBatches) = Task.Run(() => PlayAsync(schedule)).GetAwaiter().GetResult();
                batched += fromBatches;
                property(schedule, admitted);
            }));
        Assert.True(batched > Histories, $"Only {batched} requests were served from memory.");
    }

    private static Gen<Schedule> Schedules(string algorithm) =>
        from limit in Gen.Choose(4, 60)
        from window in Gen.Elements(TimeSpan.FromMilliseconds(640), TimeSpan.FromSeconds(7), TimeSpan.FromMicroseconds(1_000_003))
        from segments in Gen.Choose(1, 6)
        from maxBatch in Gen.Choose(2, 40)
        from hold in Gen.Choose(4, 200)
        from steps in Gen.ArrayOf(Steps(), 40)
        select new Schedule(new RandomQuota(algorithm, limit * 64, window.Ticks, segments), maxBatch, hold, steps);

    private static Gen<Step> Steps() =>
        from node in Gen.Choose(0, Nodes - 1)
        from wait in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Choose(0, 8)), (1, Gen.Choose(0, 100)))
        from requests in Gen.Choose(1, 6)
        from cost in Gen.Frequency((5, Gen.Constant(1)), (1, Gen.Choose(1, 4)))
        from isLowered in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isRefunded in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Step(node, wait, requests, cost, isLowered, isRefunded);

    private static IEnumerable<Schedule> Smaller(Schedule schedule)
    {
        for (var size = schedule.Steps.Length / 2; size >= 1; size /= 2)
        {
            for (var start = 0; start + size <= schedule.Steps.Length; start += size)
            {
                yield return schedule with { Steps = [.. schedule.Steps[..start], .. schedule.Steps[(start + size)..]] };
            }
        }
    }

    private static async Task<(List<(long At, int Cost)> Admitted, int FromBatches)> PlayAsync(Schedule schedule)
    {
        var quota = schedule.Quota;
        var hold = new TimeSpan(Math.Max(quota.Window * schedule.HoldIn64ths / 64, TimeSpan.TicksPerMillisecond));
        await using var nodes = new BatchingNodes(new ManualTimeProvider(), BatchingNodes.EagerTuning(schedule.MaxBatch, hold), quota.Create("q"));
        for (var node = 0; node < Nodes; node++)
        {
            // Without remembered rejections, all that could be admitted is asked for.
            nodes.Add(remembersRejections: false);
        }

        var admitted = new List<(long At, int Cost)>();
        foreach (var step in schedule.Steps)
        {
            var wait = quota.Window * step.WaitIn64ths / 64;
            await nodes.AdvanceAsync(new TimeSpan(wait - (wait % TimeSpan.TicksPerMicrosecond)));
            var limit = step.IsLowered ? Math.Max(1, quota.Limit / 2) : quota.Limit;
            var all = await Task.WhenAll(Enumerable.Range(0, step.Requests).Select(_ => nodes.TakeAsync(step.Node, step.Cost, limit)));
            var at = (nodes.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
            foreach (var decision in all.Where(decision => decision.IsAcquired))
            {
                // What comes back at the same moment was never used. Later, it would be used at another time than it was charged.
                if (step.IsRefunded && step.Cost > 1)
                {
                    await decision.RefundAsync(1);
                }

                admitted.Add((at, step.IsRefunded && step.Cost > 1 ? step.Cost - 1 : step.Cost));
            }
        }

        var asked = nodes.Runners.Sum(runner => runner.Calls);
        return (admitted, Math.Max(0, schedule.Steps.Sum(step => step.Requests) - asked));
    }
}
