using static RateLimitHeaders.AspNetCore.Tests.LimiterTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class AllOrNothingTests
{
    [Fact]
    public void Acquisition_RefusedByRandomPlans_ChargesNoQuota()
    {
        var refusals = 0;
        History.Check(History.OfSeveral(), history =>
        {
            // The second limiter is asked only for what the first one grants: the refusals must leave no trace.
            var clock = new ManualTimeProvider();
            var asked = QuotaRateLimiter.Create(clock, [.. history.CreateQuotas(), Quota.Concurrency("at once", 25)]);
            var spared = QuotaRateLimiter.Create(clock, [.. history.CreateQuotas(), Quota.Concurrency("at once", 25)]);
            var held = new List<QuotaLease>();
            foreach (var step in history.Steps)
            {
                clock.Advance(history.WaitOf(step));
                var lease = asked.Take(history.CostOf(step));
                if (lease.IsAcquired)
                {
                    var same = spared.Take(history.CostOf(step));
                    Assert.Equal(Says(same), Says(lease));
                    held.AddRange(lease, same);
                }
                else
                {
                    refusals++;
                    Assert.Equal(Stands(spared), Stands(asked));
                    held.ForEach(one => one.Dispose());
                    held.Clear();
                }
            }
        });

        Assert.True(refusals > 1_000, $"Only {refusals} refusals: this shows little.");
    }

    [Fact]
    public void Acquisition_RefusedByEachQuotaInTurn_ChargesNoOther()
    {
        var clock = new ManualTimeProvider();
        var quotas = new[]
        {
            Quota.FixedWindow("fixed", 1, Seconds(10)),
            Quota.SlidingWindow("sliding", 1, Seconds(10)),
            Quota.TokenBucket("bucket", 1, Seconds(10)),
            Quota.Concurrency("at once", 1),
        };
        for (var tight = 0; tight < quotas.Length; tight++)
        {
            Quota[] all =
            [
                Quota.FixedWindow("a", 9, Seconds(10)),
                Quota.SlidingWindow("b", 9, Seconds(10)),
                quotas[tight],
                Quota.TokenBucket("c", 9, Seconds(10)),
            ];
            var limiter = QuotaRateLimiter.Create(clock, all);
            Assert.True(limiter.Take().IsAcquired);
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal([8, 8, 0, 8], limiter.Take().Statuses.ToArray().Select(status => status.Remaining));
            }
        }
    }
}
