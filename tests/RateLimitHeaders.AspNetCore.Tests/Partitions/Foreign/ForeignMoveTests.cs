using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A caller that moves from a shared partition to one of its own brings along what was used.</summary>
public class ForeignMoveTests
{
    [Theory]
    [InlineData("fixed window")]
    [InlineData("sliding window")]
    [InlineData("bucket")]
    [InlineData("quota")]
    public async Task Caller_ThatGetsRoom_HasNoSecondAllowance(string type)
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(_ => Create(type, time), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        Assert.Equal(6, await foreign.CountAdmittedAsync("/ada", 6));
        Assert.Equal(1, await foreign.CountAdmittedAsync("/bob", 1));

        foreign.Leave();

        // Both have used 7 of 10.
        Assert.Equal(2, (await foreign.AskAsync("/ada")).Statuses[0].Remaining);
        Assert.Equal(2, await foreign.CountAdmittedAsync("/ada", 10));

        // What it does now is counted apart.
        Assert.Equal(2, (await foreign.AskAsync("/bob")).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Caller_OfSeveralQuotas_BringsWhatEachHasUsed()
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(
            _ => QuotaRateLimiter.Create(time, Quota.TokenBucket("burst", 5, 1.0), Quota.FixedWindow("hourly", 100, Hour)), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.CountAdmittedAsync("/ada", 4);
        time.Advance(TimeSpan.FromSeconds(2));

        foreign.Leave();
        var decision = await foreign.AskAsync("/ada");

        Assert.Equal([2, 95], decision.Statuses.ToArray().Select(status => status.Remaining));
        Assert.Equal(Hour - TimeSpan.FromSeconds(2), decision.Statuses[1].UntilAll);
    }

    [Fact]
    public async Task Caller_WhoseLimitWasNotShared_StartsFull()
    {
        using var foreign = new ForeignUnderTest(caller => Window(caller == "/premium" ? 100 : 10), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.CountAdmittedAsync("/ada", 10);

        foreign.Leave();

        Assert.Equal(99, (await foreign.AskAsync("/premium")).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Caller_WhenTheSharedPartitionIsFullAgain_StartsFull()
    {
        var time = new ManualTimeProvider();
        using var foreign = new ForeignUnderTest(_ => Create("quota", time), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.CountAdmittedAsync("/ada", 10);
        time.Advance(Hour);

        foreign.Leave();

        Assert.Equal(9, (await foreign.AskAsync("/ada")).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Caller_OfAnUnknownLimit_KeepsItsLimiter()
    {
        var limiters = new List<ScriptedLimiter>();
        using var foreign = new ForeignUnderTest(
            _ =>
            {
                var left = 10;
                limiters.Add(new ScriptedLimiter(() => new ScriptedLease(isAcquired: left-- > 0)));
                return limiters[^1];
            },
            maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        await foreign.CountAdmittedAsync("/ada", 6);

        foreign.Leave();

        Assert.Equal(4, await foreign.CountAdmittedAsync("/ada", 10));
        Assert.Single(limiters);

        // The room is taken: another caller has to share.
        await foreign.AskAsync("/bob");
        Assert.Equal(2, foreign.Log.Entries.Count(entry => entry.Id == EventIds.PartitionsExhausted));
    }

    [Fact]
    public async Task ConcurrencyLimiter_AfterTheMove_CountsWhatIsHeldInTheSharedOne()
    {
        using var foreign = new ForeignUnderTest(_ => new ConcurrencyLimiter(new() { PermitLimit = 5 }), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        var held = new[] { await foreign.AskAsync("/ada"), await foreign.AskAsync("/ada"), await foreign.AskAsync("/bob") };

        foreign.Leave();
        Assert.Equal(2, await foreign.CountAdmittedAsync("/ada", 10));

        await foreign.ReleaseAsync(held[0]);
        Assert.Equal(1, await foreign.CountAdmittedAsync("/ada", 10));
        await foreign.ReleaseAsync(held[1]);
        await foreign.ReleaseAsync(held[2]);
        Assert.Equal(2, await foreign.CountAdmittedAsync("/ada", 10));
    }

    [Fact]
    public async Task ConcurrencyLimiter_WithAQueue_ServesItWhenASharedPermitComesBack()
    {
        using var foreign = new ForeignUnderTest(
            _ => new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 1 }), maxPartitions: 1);
        await foreign.AskAsync(ForeignUnderTest.Leaving);
        var held = await foreign.AskAsync("/ada");
        foreign.Leave();

        var waiting = foreign.AskAsync("/ada");
        Assert.False(waiting.IsCompleted);
        await foreign.ReleaseAsync(held);

        Assert.True((await waiting.WaitAsync(TimeSpan.FromSeconds(30))).IsAcquired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_WhoseCallerGetsAPartitionMeanwhile_CountsInThat(bool isLimitKnown)
    {
        ForeignUnderTest foreign = null!;
        var isFirst = true;
        RateLimitDecision? earlier = null;
        using (foreign = new ForeignUnderTest(
            caller =>
            {
                // The factory of one request takes its time, in which another one of the same caller is decided.
                if (caller == "/ada" && isFirst)
                {
                    isFirst = false;
                    if (isLimitKnown)
                    {
                        foreign.Leave();
                    }

                    earlier = foreign.AskAsync("/ada").Result;
                }

                var left = 1;
                return isLimitKnown ? Window(1) : new ScriptedLimiter(() => new ScriptedLease(isAcquired: left-- > 0));
            },
            maxPartitions: 1))
        {
            await foreign.AskAsync(ForeignUnderTest.Leaving);
            var later = await foreign.AskAsync("/ada");

            Assert.NotNull(earlier);
            Assert.True(earlier.IsAcquired);
            Assert.Equal(RateLimitOutcome.Rejected, later.Outcome);
        }
    }

    [Fact]
    public async Task Requests_WhileRoomReturns_AreNeverAdmittedTwice()
    {
        for (var round = 0; round < 20; round++)
        {
            using var foreign = new ForeignUnderTest(_ => Window(50), maxPartitions: 1);
            await foreign.AskAsync(ForeignUnderTest.Leaving);
            var requests = Enumerable.Range(0, 4).Select(_ => Task.Run(() => foreign.CountAdmittedAsync("/ada", 50))).ToArray();
            foreign.Leave();

            Assert.Equal(50, (await Task.WhenAll(requests)).Sum());
        }
    }

    private static FixedWindowRateLimiter Window(int limit) => new(new() { PermitLimit = limit, Window = Hour, AutoReplenishment = false });

    private static RateLimiter Create(string type, TimeProvider time) => type switch
    {
        "fixed window" => Window(10),
        "sliding window" => new SlidingWindowRateLimiter(
            new() { PermitLimit = 10, Window = Hour, SegmentsPerWindow = 4, AutoReplenishment = false }),
        "bucket" => new TokenBucketRateLimiter(
            new() { TokenLimit = 10, TokensPerPeriod = 1, ReplenishmentPeriod = Hour, AutoReplenishment = false }),
        _ => QuotaRateLimiter.Create(time, Quota.FixedWindow("api", 10, Hour)),
    };
}
