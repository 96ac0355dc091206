using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Over time, the quotas that the document gives for limiters of <c>AddRateLimiter</c> admit what the document says: the same as
/// these, but for the difference that it names. Both are compared with models, which are compared with the limiters themselves.
/// </summary>
public class AddRateLimiterOverTimeTests
{
    private const int Limit = 5;
    private const int Sequences = 60;
    private const int Requests = 60;

    private static readonly TimeSpan s_segment = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_token = TimeSpan.FromMinutes(12);

    [Fact]
    public void Models_OfRandomRequests_AdmitWhatTheLimitersDo()
    {
        for (var seed = 0; seed < Sequences; seed++)
        {
            using var window = new FixedWindowRateLimiter(new() { PermitLimit = Limit, Window = new TimeSpan(1), AutoReplenishment = false });
            using var sliding = new SlidingWindowRateLimiter(
                new() { PermitLimit = Limit, Window = new TimeSpan(6), SegmentsPerWindow = 6, AutoReplenishment = false });
            var times = Times(seed, TimeSpan.FromMinutes(40));
            Assert.Equal(
                Admitted(new StockLimiter(window, Hour), times), Admitted(new StockFixedWindow(Limit, Hour, opensWithRequest: false), times));
            Assert.Equal(Admitted(new StockLimiter(sliding, s_segment), times), Admitted(new StockSlidingWindow(Limit, s_segment, 6), times));
        }
    }

    [Fact]
    public async Task FixedWindow_OfRandomRequests_DiffersInWhereWindowsBeginAlone()
    {
        var differences = 0;
        await CompareAsync("GetFixedWindowLimiter", seed => Times(seed, TimeSpan.FromMinutes(40)), (times, ours) =>
        {
            Assert.Equal(Admitted(new StockFixedWindow(Limit, Hour, opensWithRequest: true), times), ours);
            differences += Admitted(new StockFixedWindow(Limit, Hour, opensWithRequest: false), times).SequenceEqual(ours) ? 0 : 1;
        });
        Assert.True(differences > Sequences / 2, $"{differences} of {Sequences} sequences differ: this shows little.");
    }

    [Fact]
    public async Task FixedWindow_WithARequestAtEachEnd_AdmitsAlike() =>
        await CompareAsync(
            "GetFixedWindowLimiter",
            seed => [.. Times(seed, TimeSpan.FromMinutes(40)).Concat(Enumerable.Range(0, 48).Select(hour => hour * Hour)).Order()],
            (times, ours) => Assert.Equal(Admitted(new StockFixedWindow(Limit, Hour, opensWithRequest: false), times), ours));

    [Fact]
    public async Task SlidingWindow_OfRandomRequests_AdmitsNoMoreThanTheLimitInAnyWindow()
    {
        var (most, mostThere) = (0, 0);
        await CompareAsync("GetSlidingWindowLimiter", seed => Times(seed, TimeSpan.FromMinutes(15)), (times, ours) =>
        {
            most = Math.Max(most, MostInAWindow(times, ours));
            mostThere = Math.Max(mostThere, MostInAWindow(times, Admitted(new StockSlidingWindow(Limit, s_segment, 6), times)));
        });
        Assert.Equal(Limit, most);
        Assert.True(mostThere > Limit, $"There, {mostThere} were admitted in one window.");
    }

    [Fact]
    public async Task SlidingWindow_OfRequestsEachLaterInItsSegment_AdmitsAlike() =>
        await CompareAsync(
            "GetSlidingWindowLimiter",
            seed => [.. Times(seed, TimeSpan.FromMinutes(15), s_segment).Select((time, i) => time + TimeSpan.FromSeconds(i))],
            (times, ours) => Assert.Equal(Admitted(new StockSlidingWindow(Limit, s_segment, 6), times), ours));

    [Fact]
    public async Task TokenBucket_OfRandomRequests_DiffersInThatTokensComeBackOneAfterTheOther()
    {
        var differences = 0;
        await CompareAsync("GetTokenBucketLimiter", seed => Times(seed, TimeSpan.FromMinutes(20)), (times, ours) =>
        {
            Assert.Equal(Admitted(new ContinuousBucket(Limit, s_token), times), ours);
            differences += Admitted(new StockTokenBucket(Limit, Limit, Hour), times).SequenceEqual(ours) ? 0 : 1;
        });
        Assert.True(differences > Sequences / 2, $"{differences} of {Sequences} sequences differ: this shows little.");
    }

    [Fact]
    public async Task TokenBucket_OfRequestsWherePeriodsEnd_AdmitsAlike()
    {
        await CompareAsync("GetTokenBucketLimiter", seed => Times(seed, TimeSpan.FromMinutes(20), Hour), (times, ours) =>
            Assert.Equal(Admitted(new StockTokenBucket(Limit, Limit, Hour), times), ours));

        // The same quota is that of one token in twelve minutes.
        await CompareAsync("GetTokenBucketLimiter", seed => Times(seed, TimeSpan.FromMinutes(20), s_token), (times, ours) =>
            Assert.Equal(Admitted(new StockTokenBucket(Limit, 1, s_token), times), ours));
    }

    [Fact]
    public void Concurrency_OfRandomRequests_AdmitsAlike()
    {
        for (var seed = 0; seed < Sequences; seed++)
        {
            using var stock = new ConcurrencyLimiter(new() { PermitLimit = Limit });
            using var ours = QuotaRateLimiter.Create(new ManualTimeProvider(), Quota.Concurrency("q", Limit));
            var random = new Random(seed);
            var running = new List<(RateLimitLease Stock, RateLimitLease Ours)>();
            for (var request = 0; request < Requests; request++)
            {
                if (random.Next(3) == 0 && running.Count > 0)
                {
                    var (first, second) = running[random.Next(running.Count)];
                    running.Remove((first, second));
                    first.Dispose();
                    second.Dispose();
                }

                var leases = (stock.AttemptAcquire(), ours.AttemptAcquire());
                Assert.Equal(leases.Item1.IsAcquired, leases.Item2.IsAcquired);
                running.Add(leases);
            }
        }
    }

    /// <summary>Sends the requests of many callers, each to the quota of the document for a limiter.</summary>
    private static async Task CompareAsync(string limiter, Func<int, TimeSpan[]> timesOf, Action<TimeSpan[], bool[]> compare)
    {
        var configuration = new ChangingConfiguration($$"""{ "Quotas": { "q": {{AddRateLimiterTests.QuotaOf(limiter)}} } }""");
        await using var api = await configuration.StartAsync();
        for (var seed = 0; seed < Sequences; seed++)
        {
            // At a full hour, where a segment begins here, too.
            api.Time.Advance(Hour - TimeSpan.FromTicks(api.Time.GetUtcNow().Ticks % Hour.Ticks));
            var (times, admitted, now) = (timesOf(seed), new List<bool>(), TimeSpan.Zero);
            foreach (var time in times)
            {
                api.Time.Advance(time - now);
                now = time;
                admitted.Add((int)(await api.SendAsync(claims: [$"sub={seed}"])).Status == 200);
            }

            compare(times, [.. admitted]);
        }
    }

    /// <summary>Gets random times, of which the first is zero.</summary>
    /// <param name="seed">What the times depend on.</param>
    /// <param name="longest">The longest time between two; often there is none.</param>
    /// <param name="unit">What all are multiples of; <see langword="null"/> for anything.</param>
    private static TimeSpan[] Times(int seed, TimeSpan longest, TimeSpan? unit = null)
    {
        var random = new Random(seed);
        var times = new TimeSpan[Requests];
        var step = unit ?? new TimeSpan(1);
        for (var i = 1; i < times.Length; i++)
        {
            var steps = random.Next(3) == 0 ? 0 : random.NextInt64((longest.Ticks / step.Ticks) + 2);
            times[i] = times[i - 1] + (steps * step);
        }

        return times;
    }

    private static bool[] Admitted(StockModel model, TimeSpan[] times) => [.. times.Select(model.TryTake)];

    private static int MostInAWindow(TimeSpan[] times, bool[] admitted)
    {
        var taken = times.Where((_, i) => admitted[i]).ToArray();
        return taken.Max(start => taken.Count(time => time >= start && time < start + Hour));
    }
}
