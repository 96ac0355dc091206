using FsCheck;
using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RetireTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void TryRetire_RandomHistoriesOfSeveralQuotas_DroppingChangesNoAnswer() =>
        AssertSame(quotas => new StandardQuotaRateLimiter(quotas), History.OfSeveral());

    [Fact]
    public void TryRetire_RandomHistoriesOfCompactLimiters_DroppingChangesNoAnswer() =>
        AssertSame(
            LimiterFactory.Create,
            History.Of(RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Bucket));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryRetire_WhileAnythingIsUsed_KeepsTheLimiter(bool isAligned)
    {
        // 14:07:13 to the full minute are 47 seconds.
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 5, Seconds(60), alignToClock: isAligned)))
        {
            limiter.Take();
            _clock.Advance(Seconds(isAligned ? 47 : 60) - Tick);
            Assert.False(limiter.TryRetire());
            Assert.Equal(4, limiter.Peek().Statuses[0].Remaining);
            _clock.Advance(Tick);
            Assert.True(limiter.TryRetire());
            Assert.True(limiter.TryRetire());
            Assert.False(limiter.TryAcquire(new QuotaLease(), 1, []));
            _clock.Advance(Seconds(isAligned ? 13 : 0));
        }
    }

    [Fact]
    public async Task TryRetire_WhileAPermitIsHeldOrWaitedFor_KeepsTheLimiter()
    {
        var limiter = QuotaRateLimiter.Create(_clock, Quota.Concurrency("q", 1, queueLimit: 1));
        var lease = limiter.Take();
        var waiting = limiter.Wait();
        _clock.Advance(Day);
        Assert.False(limiter.TryRetire());
        lease.Dispose();
        Assert.False(limiter.TryRetire());
        (await waiting).Dispose();
        Assert.True(limiter.TryRetire());
    }

    [Fact]
    public void TryRetire_OfAnAlignedWindowWhoseUseWasRefunded_DropsItAtOnce()
    {
        foreach (var limiter in Both(_clock, Quota.FixedWindow("q", 5, Seconds(60), alignToClock: true)))
        {
            limiter.Take(2).Refund(2);
            Assert.True(limiter.TryRetire());
        }
    }

    private static void AssertSame(Func<QuotaSet, QuotaRateLimiter> create, Gen<History> histories)
    {
        var retirements = 0;
        History.Check(histories, history =>
        {
            var clock = new ManualTimeProvider();
            var quotas = new QuotaSet(clock, history.CreateQuotas());
            var (kept, dropped) = (create(quotas), create(quotas));
            var (expected, actual) = (new QuotaLease(), new QuotaLease());
            foreach (var step in history.Steps)
            {
                clock.Advance(history.WaitOf(step));
                if (dropped.TryRetire())
                {
                    dropped = create(quotas);
                    retirements++;
                }

                // The middleware says the limits with each acquisition: a dropped limiter need not remember them.
                double[] limits = [.. history.Quotas.Select(quota => quota.Limit + (step.IsPatient ? 3 : 0))];
                Assert.True(kept.TryAcquire(expected, history.CostOf(step), limits));
                Assert.True(dropped.TryAcquire(actual, history.CostOf(step), limits));
                Assert.Equal(Says(expected), Says(actual));
                Amend(expected, step);
                Amend(actual, step);
                Assert.Equal(Says(expected), Says(actual));
            }
        });

        Assert.True(retirements > 2_000, $"Only {retirements} were dropped: this shows little.");
    }

    private static void Amend(QuotaLease lease, RandomStep step)
    {
        if (step.Ticks % 3 == 1)
        {
            lease.Charge(step.Size / 16);
        }
        else if (step.Ticks % 3 == 2)
        {
            lease.Refund(step.Size);
        }
    }
}
