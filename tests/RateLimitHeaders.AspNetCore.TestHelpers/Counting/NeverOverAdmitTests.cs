namespace RateLimitHeaders.AspNetCore.Tests;

public abstract class NeverOverAdmitTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public Task SlidingWindow_AnyPeriodOfItsLength_AdmitsNoMoreThanTheLimit() =>
        AssertAdmittedAsync(RandomQuota.Sliding, (quota, first, last, admitted) =>
        {
            // Periods that begin with an admission and end just after one are the fullest ones. A permit is back one window after it was taken.
            Assert.False(last - first < quota.Window && admitted > (long)quota.Limit, $"{admitted} in {last - first} ticks");
        });

    [Fact]
    public Task TokenBucket_AnyPeriod_AdmitsNoMoreThanCapacityAndRefill() =>
        AssertAdmittedAsync(RandomQuota.Bucket, (quota, first, last, admitted) =>
        {
            // admitted <= limit + limit / window * time, without a division; both sides are exact.
            var limit = (decimal)quota.Limit;
            Assert.True(admitted * (decimal)quota.Window <= (limit * quota.Window) + (limit * (last - first)), $"{admitted} in {last - first} ticks");
        });

    [Fact]
    public async Task TokenBucketOf952AndAFraction_DrainedForAnHour_AdmitsNoMoreThanCapacityAndRefill()
    {
        const double Limit = 952.38095238095;
        var caller = Caller(Quota.TokenBucket("hourly", Limit, TimeSpan.FromHours(1)));
        Assert.True((await caller.TakeAsync(952)).IsAcquired);
        for (var admitted = 953; admitted <= 1904; admitted++)
        {
            Clock.Advance((await caller.TakeAsync()).RetryAfter!.Value);
            Assert.True((await caller.TakeAsync()).IsAcquired);
        }

        // 1904 admitted are 951.61904761905 more than the bucket held, which take 59:57.12; not a tick less, nor a millisecond more.
        var elapsed = Clock.GetUtcNow() - ManualTimeProvider.Start;
        var least = new TimeSpan((long)decimal.Ceiling((1904 - (decimal)Limit) / (decimal)Limit * TimeSpan.TicksPerHour));
        Assert.InRange(elapsed, least, least + TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public Task FixedWindow_OpenedByItsFirstRequest_AdmitsTheLimitPerWindow() => AssertAdmittedPerWindowAsync(RandomQuota.Fixed);

    [Fact]
    public Task FixedWindow_AlignedToTheClock_AdmitsTheLimitPerWindow() => AssertAdmittedPerWindowAsync(RandomQuota.Aligned);

    [Fact]
    public async Task TenPerSecondAndThreePerHour_AfterAnySilence_StaysThreePerHour()
    {
        var caller = Caller(Quota.FixedWindow("burst", 10, Seconds(1)), Quota.FixedWindow("hourly", 3, TimeSpan.FromHours(1)));
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await caller.TakeAsync()).IsAcquired);
        }

        // The silences of ten seconds after which the stock chained limiter forgets, and some others.
        var start = Clock.GetUtcNow();
        foreach (var silence in new[] { 0, 1, 9, 10, 11, 60, 600, 2_908 })
        {
            Clock.Advance(Seconds(silence));
            var rejected = await caller.TakeAsync();
            Assert.False(rejected.IsAcquired);
            AssertStatus(rejected, 3, 0, start.AddHours(1) - Clock.GetUtcNow(), start.AddHours(1) - Clock.GetUtcNow(), quota: 1);
        }

        Assert.Equal(Seconds(1), (await caller.TakeAsync()).RetryAfter);
        Clock.Advance(Seconds(1));
        Assert.True((await caller.TakeAsync(3)).IsAcquired);
        Assert.False((await caller.TakeAsync()).IsAcquired);
    }

    /// <summary>Hands over every pair of admissions and how much was admitted from one to the other, both included.</summary>
    private Task AssertAdmittedAsync(string algorithm, Action<RandomQuota, long, long, long> assert) =>
        CheckAsync(History.Of(Step, algorithm), async history =>
        {
            var admitted = await AdmittedAsync(history);
            for (var first = 0; first < admitted.Count; first++)
            {
                var sum = 0L;
                for (var last = first; last < admitted.Count; last++)
                {
                    sum += admitted[last].Cost;
                    assert(history.Quotas[0], admitted[first].At, admitted[last].At, sum);
                }
            }
        });

    private Task AssertAdmittedPerWindowAsync(string algorithm) =>
        CheckAsync(History.Of(Step, algorithm), async history =>
        {
            var (window, limit) = (history.Quotas[0].Window, (long)history.Quotas[0].Limit);
            var (end, sum) = (long.MinValue, 0L);
            foreach (var (at, cost) in await AdmittedAsync(history))
            {
                if (at >= end)
                {
                    end = algorithm == RandomQuota.Aligned ? ((at / window) + 1) * window : at + window;
                    sum = 0;
                }

                sum += cost;
                Assert.True(sum <= limit, $"{sum} in a window of {limit}");
            }
        });

    private async Task<List<(long At, int Cost)>> AdmittedAsync(History history)
    {
        var clock = new ManualTimeProvider();
        var caller = Caller(clock, history.CreateQuotas());
        var admitted = new List<(long At, int Cost)>();
        TimeSpan? told = null;
        foreach (var step in history.Steps)
        {
            clock.Advance(step.IsPatient && told is { } wait ? wait : history.WaitOf(step));
            var decision = await caller.TakeAsync(history.CostOf(step));
            told = decision.RetryAfter;
            if (decision.IsAcquired)
            {
                admitted.Add(((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks, history.CostOf(step)));
            }
        }

        return admitted;
    }
}
