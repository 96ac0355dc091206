using System.Globalization;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// Plays random requests to the scripts and to partitions in memory, under one clock: costs for each quota, looks, charges and
/// refunds, releases and limits that change, of several requests at a time. Both must say the same.
/// </summary>
public class DifferentialTests(ITestOutputHelper output)
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    // Memory knows when the last permit of a segment was taken to as many parts of it, unless that is the newest.
    private const long SegmentParts = 1 << 13;

    /// <summary>Redis counts microseconds, and each change of a debt rounds up once more.</summary>
    private static readonly TimeSpan s_rounding = TimeSpan.FromMicroseconds(2);

    [Theory]
    [InlineData("f", 1)]
    [InlineData("a", 2)]
    [InlineData("s", 3)]
    [InlineData("b", 4)]
    [InlineData("c", 5)]
    [InlineData("fsb", 6)]
    [InlineData("asbc", 7)]
    [InlineData("bbs", 8)]
    public async Task RandomRequests_InRedisAndInMemory_AreAnsweredAlike(string algorithms, int seed)
    {
        var answers = 0;
        for (var play = 0; play < 20; play++)
        {
            answers += await PlayAsync(algorithms, new Random((seed * 1_000) + play));
        }

        output.WriteLine($"{answers} answers compared");
    }

    private static async Task<int> PlayAsync(string algorithms, Random random)
    {
        Quota[] quotas = [.. algorithms.Select((algorithm, i) => Create(algorithm, $"q{i}", random))];
        var clock = new ManualTimeProvider();
        using var redis = new RedisTestStore().CreatePartitions(clock, quotas);
        using var memory = PartitionTable.Create(new QuotaSet(clock, quotas), isSpaced: false);
        memory.Start([], origin: null);
        double[] limits = [.. quotas.Select(quota => quota.Limit)];
        var decisions = new List<(RateLimitDecision Redis, RateLimitDecision Memory)>();
        var story = new List<string> { string.Join(", ", quotas.Select(quota => $"{quota.Shape.Algorithm} {quota.Limit} per {quota.Description.Window}")) };
        var answers = 0;
        for (var step = 0; step < 60; step++)
        {
            var wait = random.Next(3) > 0 ? 0 : (long)(random.NextDouble() * random.NextDouble() * 20_000_000);
            clock.Advance(TimeSpan.FromMicroseconds(wait));
            var (ours, theirs) = decisions.Count > 0 ? decisions[random.Next(decisions.Count)] : default;
            switch (random.Next(12))
            {
                case 0 or 1 or 2 when ours is not null:
                    long[] permits = [.. quotas.Select(_ => (long)random.Next(-6, 6))];
                    story.Add($"+{wait} adjust {string.Join('/', permits)}");
                    await redis.AdjustAsync(ours, new AdjustArguments(permits));
                    Assert.True(!theirs.IsAcquired || memory.TryAdjust(permits, theirs, memory.Quotas!));
                    break;
                case 3 when ours is not null:
                    story.Add($"+{wait} release");
                    await redis.ReleaseAsync(ours);
                    memory.Release(theirs, memory.Quotas!);
                    decisions.Remove((ours, theirs));
                    continue;
                case 4:
                    double[] other = [.. quotas.Select(quota => random.Next(2) == 0 ? double.NaN : LimitOf(quota, random))];
                    story.Add($"+{wait} look under {string.Join('/', other.Select(Text))}");
                    (ours, theirs) = (new RateLimitDecision { Principal = s_alice }, new RateLimitDecision { Principal = s_alice });
                    await redis.PeekAsync(new(s_alice, other, ours), CancellationToken.None);
                    Assert.True(memory.TryPeek(other, theirs, memory.Quotas!));
                    break;
                case 5 when random.Next(2) == 0:
                    var changed = random.Next(quotas.Length);
                    limits[changed] = random.Next(8) == 0 ? 0.5 : LimitOf(quotas[changed], random);
                    goto default;
                default:
                    // The first takes something: of a caller that has used nothing, Redis keeps no limit.
                    long[] costs = [.. quotas.Select(_ => step == 0 ? 1 : random.Next(8) switch { 0 => 0, 1 => PermitCost.AnyLeft, _ => (long)random.Next(1, 6) })];
                    double[] now = [.. limits];
                    story.Add($"+{wait} take {string.Join('/', costs)} of {string.Join('/', now.Select(Text))}");
                    (ours, theirs) = (new RateLimitDecision { Principal = s_alice }, new RateLimitDecision { Principal = s_alice });
                    await redis.AcquireAsync(new AcquireArguments(s_alice, costs, now), ours);
                    Assert.True(await memory.AcquireAsync(costs, now, theirs, memory.Quotas!, CancellationToken.None));
                    decisions.Add((ours, theirs));
                    break;
            }

            answers++;
            Assert.True(IsSame(ours, theirs, quotas), $"{string.Join('\n', story)}\n{Says(ours)}\n{Says(theirs)}");
        }

        return answers;
    }

    private static Quota Create(char algorithm, string name, Random random)
    {
        TimeSpan[] windows = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];
        var window = windows[random.Next(windows.Length)];
        var limit = random.Next(1, 20) + (random.Next(3) == 0 ? random.NextDouble() : 0);
        return algorithm switch
        {
            'f' => Quota.FixedWindow(name, limit, window),
            'a' => Quota.FixedWindow(name, limit, window, alignToClock: true),
            's' => Quota.SlidingWindow(name, limit, window, random.Next(1, 14)),
            'b' => Quota.TokenBucket(name, limit, window),
            _ => Quota.Concurrency(name, random.Next(1, 20)),
        };
    }

    private static double LimitOf(Quota quota, Random random) =>
        random.Next(1, 25) + (quota is ConcurrencyQuota || random.Next(3) > 0 ? 0 : random.NextDouble());

    private static bool IsSame(RateLimitDecision redis, RateLimitDecision memory, Quota[] quotas)
    {
        // Of two waits that differ by less than is rounded away, either may be the longest.
        var isSame = (redis.Outcome, redis.HoldsPermits) == (memory.Outcome, memory.HoldsPermits)
            && (redis.LongestWait == memory.LongestWait || (redis.LongestWait >= 0 && memory.Statuses[redis.LongestWait].IsViolated))
            && IsNear(redis.RetryAfter, memory.RetryAfter, quotas.Max(RoundingOf));
        for (var i = 0; i < memory.Statuses.Length; i++)
        {
            isSame &= IsSame(redis.Statuses[i], memory.Statuses[i], RoundingOf(quotas[i]));
        }

        return isSame;
    }

    private static bool IsSame(in QuotaStatus redis, in QuotaStatus memory, TimeSpan rounding) =>
        (redis.Limit, redis.Remaining, redis.IsViolated) == (memory.Limit, memory.Remaining, memory.IsViolated)
        && IsNear(redis.UntilMore, memory.UntilMore, rounding) && IsNear(redis.UntilAll, memory.UntilAll, rounding);

    private static bool IsNear(TimeSpan? redis, TimeSpan? memory, TimeSpan rounding) =>
        redis is null == memory is null && (redis - memory).GetValueOrDefault().Duration() <= rounding;

    private static TimeSpan RoundingOf(Quota quota) =>
        quota is SlidingWindowQuota window ? s_rounding + (window.SegmentLength / SegmentParts) : s_rounding;

    private static string Says(RateLimitDecision decision) =>
        $"{decision.Outcome}, retry after {decision.RetryAfter}, longest {decision.LongestWait}, {(decision.HoldsPermits ? "holds" : "holds nothing")}; "
        + string.Join("; ", decision.Statuses.ToArray().Select(s => $"{s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}, {s.IsViolated}"));

    private static string Text(double limit) => limit.ToString(CultureInfo.InvariantCulture);
}
