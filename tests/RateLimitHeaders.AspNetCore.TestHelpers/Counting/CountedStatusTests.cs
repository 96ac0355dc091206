namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The table of the design, at concrete moments. The clock starts at 14:07:13.</summary>
public abstract class CountedStatusTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public async Task FixedWindow_OpenedByItsFirstRequest_EndsOneWindowLater()
    {
        var caller = Caller(Quota.FixedWindow("default", 3, Seconds(60)));
        AssertStatus(await caller.PeekAsync(), 3, 3, null, TimeSpan.Zero);
        AssertStatus(await caller.TakeAsync(), 3, 2, Seconds(60), Seconds(60));
        Clock.Advance(Seconds(20));
        AssertStatus(await caller.TakeAsync(2), 3, 0, Seconds(40), Seconds(40));
        Clock.Advance(Seconds(39));
        AssertRejected(await caller.TakeAsync(), Seconds(1), 3, 0, Seconds(1), Seconds(1));
        Clock.Advance(Seconds(1));
        AssertStatus(await caller.PeekAsync(), 3, 3, null, TimeSpan.Zero);

        // The next window opens with the next request, not where the last one ended.
        Clock.Advance(Seconds(5));
        AssertStatus(await caller.TakeAsync(), 3, 2, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task FixedWindow_AlignedToTheClock_EndsAtTheFullHour()
    {
        var caller = Caller(Quota.FixedWindow("hourly", 2, TimeSpan.FromHours(1), alignToClock: true));

        // Also after a long silence the end is at the full hour, and known before anything is used.
        var toFullHour = new TimeSpan(0, 52, 47);
        AssertStatus(await caller.PeekAsync(), 2, 2, null, toFullHour);
        AssertStatus(await caller.TakeAsync(2), 2, 0, toFullHour, toFullHour);
        AssertRejected(await caller.TakeAsync(), toFullHour, 2, 0, toFullHour, toFullHour);
        Clock.Advance(toFullHour);
        AssertStatus(await caller.TakeAsync(), 2, 1, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task FixedWindow_FractionalLimit_IsShown_AndOnlyWholePermitsAreGranted()
    {
        var caller = Caller(Quota.FixedWindow("default", 2.9, Seconds(60)));
        AssertStatus(await caller.TakeAsync(2), 2.9, 0, Seconds(60), Seconds(60));
        Assert.False((await caller.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task SlidingWindow_OfTwelveSegments_ReturnsPermitsSegmentBySegment()
    {
        var caller = Caller(Quota.SlidingWindow("hourly", 10, TimeSpan.FromHours(1)));
        AssertStatus(await caller.PeekAsync(), 10, 10, null, TimeSpan.Zero);

        // They are back an hour later, or a moment after that, once others were taken in a later segment.
        AssertStatus(await caller.TakeAsync(4), 10, 6, TimeSpan.FromHours(1) + LastUse, TimeSpan.FromHours(1) + LastUse);
        var untilFour = TimeSpan.FromMinutes(50) + LateBy(Clock.GetUtcNow(), TimeSpan.FromMinutes(5));
        Clock.Advance(TimeSpan.FromMinutes(10));
        AssertStatus(await caller.TakeAsync(5), 10, 1, untilFour, TimeSpan.FromHours(1));

        // Two fit when the four are back, six only when the five are back too.
        AssertRejected(await caller.TakeAsync(2), untilFour, 10, 1, untilFour, TimeSpan.FromHours(1));
        AssertRejected(await caller.TakeAsync(6), TimeSpan.FromHours(1), 10, 1, untilFour, TimeSpan.FromHours(1));
        Clock.Advance(untilFour);
        var untilFive = TimeSpan.FromHours(1) - untilFour;
        AssertStatus(await caller.PeekAsync(), 10, 5, untilFive, untilFive);
        Clock.Advance(untilFive);
        AssertStatus(await caller.PeekAsync(), 10, 10, null, TimeSpan.Zero);
    }

    [Fact]
    public async Task SlidingWindow_OfOneSegment_ReturnsABurstOneWindowLater()
    {
        var caller = Caller(Quota.SlidingWindow("default", 2, Seconds(60), segments: 1));
        AssertStatus(await caller.TakeAsync(2), 2, 0, Seconds(60), Seconds(60));
        AssertRejected(await caller.TakeAsync(), Seconds(60), 2, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task TokenBucket_CapacityAndRefillPerSecond_RefillsContinuously()
    {
        var caller = Caller(Quota.TokenBucket("burst", capacity: 20, refillPerSecond: 10));
        AssertStatus(await caller.PeekAsync(), 20, 20, null, TimeSpan.Zero);
        AssertStatus(await caller.TakeAsync(20), 20, 0, Seconds(0.1), Seconds(2));
        AssertRejected(await caller.TakeAsync(5), Seconds(0.5), 20, 0, Seconds(0.1), Seconds(2));
        Clock.Advance(Seconds(0.25));
        AssertStatus(await caller.TakeAsync(1), 20, 1, Seconds(0.05), Seconds(1.85));
        Assert.Equal(Seconds(2), (await caller.PeekAsync()).Statuses[0].Quota.Window);
        Clock.Advance(Seconds(1.85));
        AssertStatus(await caller.PeekAsync(), 20, 20, null, TimeSpan.Zero);
    }

    [Fact]
    public async Task TokenBucket_952AndAFractionPerHour_CountsTheFraction()
    {
        // A token takes 3.78 s and a bit, which is rounded up to the next step of the clock.
        var caller = Caller(Quota.TokenBucket("hourly", 952.38095238095, TimeSpan.FromHours(1)));
        AssertStatus(await caller.PeekAsync(), 952.38095238095, 952, null, TimeSpan.Zero);

        // 951.38 are left: 0.62 more make 952 whole ones.
        AssertStatus(await caller.TakeAsync(), 952.38095238095, 951, Seconds(2.34) + Step, Seconds(3.78) + Step);
        AssertStatus(await caller.TakeAsync(951), 952.38095238095, 0, Seconds(2.34) + Step, Seconds(3_598.56) + Step);
        AssertRejected(await caller.TakeAsync(), Seconds(2.34) + Step, 952.38095238095, 0, Seconds(2.34) + Step, Seconds(3_598.56) + Step);

        // With 952 whole ones there comes no further, though the bucket is not full.
        Clock.Advance(Seconds(3_598));
        AssertStatus(await caller.PeekAsync(), 952.38095238095, 952, null, Seconds(0.56) + Step);
    }

    [Fact]
    public async Task Concurrency_IsNotBroughtBackByTime()
    {
        var caller = Caller(Quota.Concurrency("at once", 3));
        AssertStatus(await caller.PeekAsync(), 3, 3, null, null);
        var decision = await caller.TakeAsync(2);
        AssertStatus(decision, 3, 1, null, null);
        Clock.Advance(LongestHold);
        AssertRejected(await caller.TakeAsync(2), Seconds(1), 3, 1, null, null);
        decision.Dispose();
        AssertStatus(await caller.TakeAsync(3), 3, 0, null, null);
    }

    [Fact]
    public async Task Concurrency_RetryAfterConfigured_IsReturned()
    {
        var caller = Caller(Quota.Concurrency("at once", 1, retryAfter: Seconds(5)));
        await caller.TakeAsync();
        AssertRejected(await caller.TakeAsync(), Seconds(5), 1, 0, null, null);
    }

    [Fact]
    public async Task SeveralQuotas_OneRejects_OnlyThatOneIsViolated()
    {
        var caller = Caller(Quota.TokenBucket("burst", 2, Seconds(2)), Quota.FixedWindow("hourly", 5, TimeSpan.FromHours(1)));
        await caller.TakeAsync(2);
        var rejected = await caller.TakeAsync(2);
        Assert.Equal(Seconds(2), rejected.RetryAfter);
        Assert.Equal([true, false], rejected.Statuses.ToArray().Select(status => status.IsViolated));
        AssertStatus(rejected, 2, 0, Seconds(1), Seconds(2));
        AssertStatus(rejected, 5, 3, TimeSpan.FromHours(1), TimeSpan.FromHours(1), quota: 1);
    }

    [Fact]
    public async Task SeveralQuotas_AllReject_RetryAfterIsTheLongest()
    {
        var caller = Caller(Quota.TokenBucket("burst", 2, Seconds(2)), Quota.FixedWindow("hourly", 2, TimeSpan.FromHours(1)));
        await caller.TakeAsync(2);
        var rejected = await caller.TakeAsync();
        Assert.Equal(TimeSpan.FromHours(1), rejected.RetryAfter);
        Assert.Equal([true, true], rejected.Statuses.ToArray().Select(status => status.IsViolated));
    }

    [Fact]
    public async Task FixedWindow_OfOnePermit_HasTheTimeUntilItComesBack()
    {
        var caller = Caller(Quota.FixedWindow("q", 1, Seconds(60)));
        AssertStatus(await caller.TakeAsync(), 1, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public async Task TokenBucket_OfBillions_FillsNoFasterThanInItsPeriod()
    {
        // A number that divides nothing, and whose tokens are so short that rounding down would show.
        var caller = Caller(Quota.TokenBucket("q", 2_000_000_011, Seconds(60)));
        Assert.InRange((await caller.TakeAsync(2_000_000_011)).Statuses[0].UntilAll!.Value, Seconds(60), Seconds(60.001));
    }
}
