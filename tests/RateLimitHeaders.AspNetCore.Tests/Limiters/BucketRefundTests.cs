using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// A bucket of ten tokens, one a second, against one in which what was refunded had never been taken: refunds may make the
/// one as full as the other, and no fuller.
/// </summary>
public class BucketRefundTests
{
    private const int Capacity = 10;

    [Fact]
    public void Refund_AfterAnEarlierLeaseWasRefunded_GivesBackWhatIsStillOwed()
    {
        var clock = new ManualTimeProvider();
        var limiter = QuotaRateLimiter.Create(clock, Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        var first = limiter.Take(5);
        var second = limiter.Take(5);
        first.Refund(5);
        clock.Advance(Seconds(4));
        limiter.Take(5);
        second.Refund(5);

        Assert.Equal(5, limiter.Peek().Statuses[0].Remaining);
    }

    [Fact]
    public void Refunds_AtTheMomentOfTheCharges_GiveEverythingBackInAnyOrder()
    {
        var limiter = QuotaRateLimiter.Create(new ManualTimeProvider(), Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        QuotaLease[] leases = [limiter.Take(3), limiter.Take(4), limiter.Take(3)];
        foreach (var lease in new[] { leases[1], leases[0], leases[2] })
        {
            lease.Refund(4);
        }

        Assert.Equal(Capacity, limiter.Peek().Statuses[0].Remaining);
    }

    [Fact]
    public void Refunds_OfRandomHistories_NeverGiveBackMoreThanWasTaken()
    {
        var fuller = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var (available, atMost) = Play(new Random(seed));
            Assert.True(available <= atMost, $"Seed {seed}: {available} are available, and {atMost} if the refunded had not been taken.");
            fuller += available == atMost ? 1 : 0;
        }

        // Giving nothing back would be safe, too.
        Assert.InRange(fuller, 1_000, 2_000);
    }

    private static (long Available, long AtMost) Play(Random random)
    {
        var clock = new ManualTimeProvider();
        var limiter = QuotaRateLimiter.Create(clock, Quota.TokenBucket("q", Capacity, refillPerSecond: 1));
        var taken = new List<(int Second, int Permits)>();
        var leases = new List<(QuotaLease Lease, int Index)>();
        var second = 0;
        for (var step = 0; step < 12; step++)
        {
            var pause = random.Next(4);
            second += pause;
            clock.Advance(Seconds(pause));
            if (leases.Count > 0 && random.Next(2) == 0)
            {
                var (lease, index) = leases[random.Next(leases.Count)];
                leases.Remove((lease, index));
                lease.Refund(taken[index].Permits);
                taken[index] = (taken[index].Second, 0);
            }
            else
            {
                var permits = random.Next(1, 6);
                var lease = limiter.Take(permits);
                if (lease.IsAcquired)
                {
                    leases.Add((lease, taken.Count));
                    taken.Add((second, permits));
                }
            }
        }

        return (limiter.Peek().Statuses[0].Remaining, Replay(taken, second));
    }

    /// <summary>Counts what is left after the charges, second by second.</summary>
    private static long Replay(List<(int Second, int Permits)> taken, int end)
    {
        long debt = 0;
        for (var second = 0; second <= end; second++)
        {
            debt = Math.Max(0, debt - (second == 0 ? 0 : 1)) + taken.Where(charge => charge.Second == second).Sum(charge => charge.Permits);
        }

        return Math.Max(0, Capacity - debt);
    }
}
