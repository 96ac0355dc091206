using System.Globalization;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Callers for which there is no room share a limiter only with callers of the same limit.</summary>
public class ForeignSharingTests
{
    [Fact]
    public async Task Stranger_AfterAPremiumCaller_IsAdmittedUpToItsOwnLimit()
    {
        using var foreign = new ForeignUnderTest(caller => Window(caller == "/premium" ? 10_000 : 10), maxPartitions: 1);
        await foreign.AskAsync("/known");
        Assert.Equal(1, await foreign.CountAdmittedAsync("/premium", 1));

        Assert.Equal(10, await foreign.CountAdmittedAsync("/stranger", 10_000));
        Assert.Equal(0, await foreign.CountAdmittedAsync("/other-stranger", 10));
        Assert.Equal(9_998, (await foreign.AskAsync("/premium")).Statuses[0].Remaining);
        Assert.Equal(10_012, foreign.Overflows);
        Assert.Single(foreign.Log.Entries, entry => entry.Id == EventIds.PartitionsExhausted);
    }

    [Fact]
    public async Task PremiumCaller_AfterAStranger_HasItsOwnLimit()
    {
        using var foreign = new ForeignUnderTest(caller => Window(caller == "/premium" ? 100 : 10), maxPartitions: 1);
        await foreign.AskAsync("/known");
        await foreign.AskAsync("/stranger");

        Assert.Equal(100, await foreign.CountAdmittedAsync("/premium", 101));
        Assert.Equal(9, await foreign.CountAdmittedAsync("/stranger", 10));
    }

    [Theory]
    [InlineData("window of another length")]
    [InlineData("sliding window of another segment")]
    [InlineData("sliding window instead of a fixed one")]
    [InlineData("bucket that is refilled more slowly")]
    [InlineData("bucket of another period")]
    [InlineData("concurrency instead of a window")]
    [InlineData("quota of another window")]
    [InlineData("two quotas of which the longer differs")]
    [InlineData("chain of which the longer limit differs")]
    [InlineData("window that was used before")]
    [InlineData("type of the application")]
    public async Task Limiters_OfOneLimitThatDifferOtherwise_AreNotShared(string difference)
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(caller => Create(difference, isFirst: caller == "/first", time), maxPartitions: 1);
        await foreign.AskAsync("/known");

        Assert.Equal(5, await foreign.CountAdmittedAsync("/first", 6));
        Assert.Equal(5, await foreign.CountAdmittedAsync("/second", 5));
    }

    [Theory]
    [InlineData("window of another length", 5)]
    [InlineData("sliding window of another segment", 5)]
    [InlineData("bucket that is refilled more slowly", 5)]
    [InlineData("concurrency instead of a window", 5)]
    [InlineData("quota of another window", 5)]
    [InlineData("two quotas of which the longer differs", 5)]
    public async Task Limiters_OfOneShape_AreShared(string shape, int limit)
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(_ => Create(shape, isFirst: false, time), maxPartitions: 1);
        await foreign.AskAsync("/known");

        var admitted = 0;
        for (var i = 0; i < 20; i++)
        {
            admitted += await foreign.CountAdmittedAsync(Path(i), 1);
        }

        Assert.Equal(limit, admitted);
    }

    [Fact]
    public async Task Limiters_WithoutLimit_AreNeverShared()
    {
        using var foreign = new ForeignUnderTest(
            caller => caller == "/free" ? RateLimitPartition.GetNoLimiter(caller).Factory(caller) : Window(2), maxPartitions: 1);
        await foreign.AskAsync("/known");

        Assert.Equal(100, await foreign.CountAdmittedAsync("/free", 100));
        Assert.Equal(2, await foreign.CountAdmittedAsync("/a", 3));
    }

    [Fact]
    public async Task Limiter_OfAnotherLimitThanAllThatThereIsRoomFor_SharesOneThatIsLower()
    {
        using var foreign = new ForeignUnderTest(LimitedByPath, maxPartitions: 1);
        await foreign.AskAsync("/9999");
        for (var limit = 101; limit < 101 + ForeignOverflow<string>.MaxPartitions; limit++)
        {
            Assert.Equal(1, await foreign.CountAdmittedAsync(Path(limit), 1));
        }

        // The lowest has 100 left for all of them together.
        Assert.Equal(60, await foreign.CountAdmittedAsync("/1000", 60));
        Assert.Equal(40, await foreign.CountAdmittedAsync("/2000", 60));

        // None is as low as this one.
        var rejected = await foreign.AskAsync("/100");
        Assert.Equal(RateLimitOutcome.Unavailable, rejected.Outcome);
        Assert.Equal("the number of partitions has reached MaxPartitions, and no shared one has a known limit that is as low.", rejected.Reason);
    }

    [Fact]
    public async Task Limiter_ThatSharesALowerOne_SharesTheOneThatHasTheFewestLeft()
    {
        // Another choice would admit a caller that has used up the one by the next.
        using var foreign = new ForeignUnderTest(LimitedByPath, maxPartitions: 1);
        await foreign.AskAsync("/9999");
        for (var limit = 101; limit < 101 + ForeignOverflow<string>.MaxPartitions; limit++)
        {
            await foreign.AskAsync(Path(limit));
        }

        Assert.Equal(139, await foreign.CountAdmittedAsync("/150", 139));

        Assert.Equal(10, await foreign.CountAdmittedAsync("/1000", 20));
    }

    [Fact]
    public async Task Limiter_ThatSharesALowerOne_BringsWhatThatHasUsedToItsOwn()
    {
        using var foreign = new ForeignUnderTest(LimitedByPath, maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        for (var limit = 101; limit < 101 + ForeignOverflow<string>.MaxPartitions; limit++)
        {
            await foreign.AskAsync(Path(limit));
        }

        Assert.Equal(100, await foreign.CountAdmittedAsync("/1000", 200));
        foreign.Leave();

        // As little as the lowest has left, since the caller may have used any of them.
        Assert.Equal(0, await foreign.CountAdmittedAsync("/1000", 1));
    }

    [Fact]
    public async Task Limiter_AfterAllSharedOnesWereDropped_StartsFull()
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(
            caller => QuotaRateLimiter.Create(
                time, Quota.FixedWindow("api", int.Parse(caller.AsSpan(1), CultureInfo.InvariantCulture), Hour)),
            maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        for (var limit = 101; limit < 101 + ForeignOverflow<string>.MaxPartitions; limit++)
        {
            await foreign.AskAsync(Path(limit));
        }

        Assert.Equal(99, (await foreign.AskAsync("/1000")).Statuses[0].Remaining);
        time.Advance(Hour * 2);
        foreign.Time.Advance(TimeSpan.FromMinutes(1));
        await foreign.CountAdmittedAsync("/10", 10);

        foreign.Leave();

        Assert.Equal(999, (await foreign.AskAsync("/1000")).Statuses[0].Remaining);
    }

    [Fact]
    public void Shape_OfAnotherKind_IsNotComparedByItsLimit()
    {
        static RateLimiter None() => throw new InvalidOperationException();
        using var low = new ConcurrencyLimiter(new() { PermitLimit = 1 });
        using var high = Window(100);

        Assert.False(LimiterShape.Of(new ForeignLimiter(low), None)!.IsAtMost(LimiterShape.Of(new ForeignLimiter(high), None)!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Limiters_OfUnknownLimit_InAnyNumber_AreNeitherUnlimitedNorAnError(bool isChained)
    {
        using var foreign = new ForeignUnderTest(_ => isChained ? RateLimiter.CreateChained(Custom(5), Custom(9)) : Custom(5), maxPartitions: 1);
        await foreign.AskAsync("/known");
        for (var i = 0; i < ForeignOverflow<string>.MaxPartitions; i++)
        {
            Assert.Equal(5, await foreign.CountAdmittedAsync(Path(i), 6));
        }

        Assert.Equal(RateLimitOutcome.Unavailable, (await foreign.AskAsync("/one-too-many")).Outcome);
        Assert.Equal(RateLimitOutcome.Rejected, (await foreign.AskAsync("/0")).Outcome);
    }

    [Fact]
    public async Task Limiter_OfUnknownLimit_ThatGetsRoom_LeavesItsPlaceToAnother()
    {
        using var foreign = new ForeignUnderTest(_ => Custom(5), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        for (var i = 0; i < ForeignOverflow<string>.MaxPartitions; i++)
        {
            await foreign.AskAsync(Path(i));
        }

        foreign.Leave();
        await foreign.AskAsync("/0");

        Assert.True((await foreign.AskAsync("/another")).IsAcquired);
        Assert.Equal(RateLimitOutcome.Unavailable, (await foreign.AskAsync("/one-too-many")).Outcome);
    }

    [Fact]
    public async Task Limiter_ThatTheApplicationGivesToSeveralCallers_IsNotDisposedWithOneOfThem()
    {
        using var shared = Window(5);
        using var foreign = new ForeignUnderTest(_ => shared, maxPartitions: 1);

        Assert.Equal(2, await foreign.CountAdmittedAsync("/a", 2));
        Assert.Equal(2, await foreign.CountAdmittedAsync("/b", 2));
        Assert.Equal(1, await foreign.CountAdmittedAsync("/c", 2));
        Assert.Equal(0, await foreign.CountAdmittedAsync("/a", 1));
    }

    private static string Path(int number) => string.Create(CultureInfo.InvariantCulture, $"/{number}");

    private static FixedWindowRateLimiter LimitedByPath(string caller) =>
        Window(int.Parse(caller.AsSpan(1), CultureInfo.InvariantCulture));

    private static FixedWindowRateLimiter Window(int limit, TimeSpan? window = null) =>
        new(new() { PermitLimit = limit, Window = window ?? Hour, AutoReplenishment = false });

    private static SlidingWindowRateLimiter Sliding(int segments) =>
        new(new() { PermitLimit = 5, Window = Hour, SegmentsPerWindow = segments, AutoReplenishment = false });

    private static TokenBucketRateLimiter Bucket(int refill, TimeSpan period) =>
        new(new() { TokenLimit = 5, TokensPerPeriod = refill, ReplenishmentPeriod = period, AutoReplenishment = false });

    private static ScriptedLimiter Custom(int limit)
    {
        var left = limit;
        return new ScriptedLimiter(() => new ScriptedLease(isAcquired: left-- > 0));
    }

    private static RateLimiter Create(string difference, bool isFirst, TimeProvider time) => difference switch
    {
        "window of another length" => Window(5, isFirst ? Hour / 2 : Hour),
        "sliding window of another segment" => Sliding(isFirst ? 4 : 2),
        "sliding window instead of a fixed one" => isFirst ? Sliding(1) : Window(5),
        "bucket that is refilled more slowly" => Bucket(isFirst ? 5 : 1, Hour),
        "bucket of another period" => Bucket(1, isFirst ? Hour : Hour * 2),
        "concurrency instead of a window" => isFirst ? Window(5) : new ConcurrencyLimiter(new() { PermitLimit = 5 }),
        "quota of another window" => QuotaRateLimiter.Create(time, Quota.FixedWindow("api", 5, isFirst ? Hour / 2 : Hour)),
        "two quotas of which the longer differs" => QuotaRateLimiter.Create(
            time, Quota.FixedWindow("short", 5, Hour), Quota.FixedWindow("long", isFirst ? 1_000 : 100, Hour * 24)),
        "chain of which the longer limit differs" => RateLimiter.CreateChained(Window(5), Window(isFirst ? 1_000 : 100, Hour * 24)),
        "window that was used before" => Used(isFirst ? 100 : 1),
        _ => Custom(5),
    };

    private static FixedWindowRateLimiter Used(int used)
    {
        var limiter = Window(used + 5);
        limiter.AttemptAcquire(used).Dispose();
        return limiter;
    }
}
