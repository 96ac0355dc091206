using FsCheck;
using FsCheck.Fluent;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SweepEquivalenceTests
{
    private static readonly Dictionary<string, Quota[]> s_plans = new()
    {
        ["fixed"] = [Quota.FixedWindow("api", 5, Minute)],
        ["aligned"] = [Quota.FixedWindow("api", 5, Minute, alignToClock: true)],
        ["sliding"] = [Quota.SlidingWindow("api", 5, Minute, segments: 4)],
        ["bucket"] = [Quota.TokenBucket("api", 5.5, Minute)],
        ["several"] =
        [
            Quota.TokenBucket("burst", 3, 0.5),
            Quota.SlidingWindow("minute", 9, Minute, segments: 3),
            Quota.FixedWindow("hourly", 40, TimeSpan.FromHours(1)),
        ],
    };

    [Theory]
    [InlineData("fixed")]
    [InlineData("aligned")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    [InlineData("several")]
    public void Dropping_OfFullPartitions_ChangesNoAnswer(string plan)
    {
        var drops = 0;
        var steps = Gen.Choose(0, int.MaxValue - 1).ArrayOf(60).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(steps, seeds => drops += Compare(s_plans[plan], seeds)));

        // Else nothing would have been compared.
        Assert.InRange(drops, 30, int.MaxValue);
    }

    /// <summary>Sends the same requests to partitions that are swept all the time, and to partitions that live for ever.</summary>
    /// <returns>How many partitions were dropped.</returns>
    private static int Compare(Quota[] quotas, int[] seeds)
    {
        using var swept = new PolicyUnderTest(100, quotas);
        var kept = new Dictionary<string, MemoryPartition>();
        var decision = new RateLimitDecision();
        var drops = 0;
        foreach (var random in seeds.Select(seed => new Random(seed)))
        {
            // Mostly within a window, and now and then beyond the longest, or to exactly where a window ends.
            swept.Time.Advance(random.Next(6) switch
            {
                0 => Minute,
                1 => TimeSpan.FromTicks(random.NextInt64(3 * TimeSpan.TicksPerHour)),
                _ => TimeSpan.FromTicks(random.NextInt64(30 * TimeSpan.TicksPerSecond)),
            });
            var before = swept.Partitions.Count;
            swept.Partitions.Sweep();
            drops += before - swept.Partitions.Count;

            var id = random.Next(2) == 0 ? "ada" : "grace";
            var cost = random.Next(4);
            if (!kept.TryGetValue(id, out var partition))
            {
                kept[id] = partition = TestedPartition.Standard(swept.Time, quotas).Partition;
            }

            Assert.True(partition.TryAcquire([.. quotas.Select(_ => (long)cost)], [], decision, partition.Quotas!));
            Assert.Equal(QuotaTesting.Says(decision), QuotaTesting.Says(swept.Ask(id, cost)));
        }

        return drops;
    }
}
