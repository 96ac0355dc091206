using System.Globalization;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// Plays random requests to the script and to a limiter in memory, under one clock: takes, peeks, charges, refunds,
/// releases and limits that change, of several requests at a time. Both must say the same.
/// </summary>
public class DifferentialTests(ITestOutputHelper output)
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

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
        using var gateway = await DirectGateway.ConnectAsync(await SharedRedis.GetAsync());
        var answers = 0;
        for (var play = 0; play < 20; play++)
        {
            answers += await PlayAsync(gateway, algorithms, new Random((seed * 1_000) + play));
        }

        output.WriteLine($"{answers} answers compared");
    }

    private static async Task<int> PlayAsync(DirectGateway gateway, string algorithms, Random random)
    {
        var clock = new ManualTimeProvider();
        Quota[] quotas = [.. algorithms.Select((algorithm, i) => Create(algorithm, $"q{i}", random))];
        using var redis = RedisTestStore.CreateCounter(clock, gateway, quotas);
        using var memory = QuotaRateLimiter.Create(clock, quotas);
        double[] limits = [.. quotas.Select(quota => quota.Limit)];
        var leases = new List<(ExternalLease Redis, QuotaLease Memory)>();
        var story = new List<string> { string.Join(", ", quotas.Select(quota => $"{quota.GetType().Name} {quota.Limit} per {quota.Description.Window}")) };
        var answers = 0;
        for (var step = 0; step < 60; step++)
        {
            var wait = random.Next(3) > 0 ? 0 : (long)(random.NextDouble() * random.NextDouble() * 20_000_000);
            clock.Advance(TimeSpan.FromMicroseconds(wait));

            // The first takes something: of a caller that has used nothing, Redis keeps no limit.
            var permits = step == 0 ? 1 : random.Next(8) == 0 ? 0 : random.Next(1, 6);
            var (ours, theirs) = leases.Count > 0 ? leases[random.Next(leases.Count)] : default;
            switch (random.Next(10))
            {
                case 0 when ours is not null:
                    story.Add($"+{wait} charge {permits}");
                    await ours.ChargeAsync(permits);
                    theirs.Charge(permits);
                    break;
                case 1 or 2 when ours is not null:
                    story.Add($"+{wait} refund {permits}");
                    await ours.RefundAsync(permits);
                    theirs.Refund(permits);
                    break;
                case 3 when ours is not null:
                    story.Add($"+{wait} release");
                    ours.Dispose();
                    theirs.Dispose();
                    leases.Remove((ours, theirs));
                    continue;
                case 4 when random.Next(2) == 0:
                    var changed = random.Next(quotas.Length);
                    limits[changed] = random.Next(8) == 0 ? 0.5 : LimitOf(quotas[changed], random);
                    goto default;
                default:
                    story.Add($"+{wait} take {permits} of {string.Join('/', limits.Select(Text))}");
                    ours = await redis.AcquireAsync(s_alice, permits, limits);
                    theirs = new QuotaLease();
                    Assert.True(permits > 0 ? memory.TryAcquire(theirs, permits, limits) : memory.TryRead(theirs, limits));
                    leases.Add((ours, theirs));
                    break;
            }

            answers++;
            var context = string.Join('\n', story);
            Assert.True(ours.IsAcquired == theirs.IsAcquired, $"{context}\n{Says(ours.IsAcquired, ours.RetryAfter, ours.Statuses)}\n{Says(theirs.IsAcquired, theirs.RetryAfter, theirs.Statuses)}");
            Assert.True(IsNear(ours.RetryAfter, theirs.RetryAfter), $"{context}\n{Says(ours.IsAcquired, ours.RetryAfter, ours.Statuses)}\n{Says(theirs.IsAcquired, theirs.RetryAfter, theirs.Statuses)}");
            for (var i = 0; i < quotas.Length; i++)
            {
                Assert.True(IsSame(ours.Statuses[i], theirs.Statuses[i]), $"{context}\n{Says(ours.IsAcquired, ours.RetryAfter, ours.Statuses)}\n{Says(theirs.IsAcquired, theirs.RetryAfter, theirs.Statuses)}");
            }
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

    private static bool IsSame(in QuotaStatus redis, in QuotaStatus memory) =>
        (redis.Limit, redis.Remaining, redis.IsViolated) == (memory.Limit, memory.Remaining, memory.IsViolated)
        && IsNear(redis.UntilMore, memory.UntilMore) && IsNear(redis.UntilAll, memory.UntilAll);

    private static bool IsNear(TimeSpan? redis, TimeSpan? memory) =>
        redis is null == memory is null && (redis - memory).GetValueOrDefault().Duration() <= s_rounding;

    private static string Says(bool isAcquired, TimeSpan? retryAfter, ReadOnlySpan<QuotaStatus> statuses) =>
        $"{(isAcquired ? "granted" : "refused")}, retry after {retryAfter}; "
        + string.Join("; ", statuses.ToArray().Select(s => $"{s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}, {s.IsViolated}"));

    private static string Text(double limit) => limit.ToString(CultureInfo.InvariantCulture);
}
