namespace RateLimitHeaders.AspNetCore.Tests;

public abstract class AllOrNothingTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Fact]
    public async Task Acquisition_RejectedByRandomPlans_ChargesNoQuota()
    {
        var rejections = 0;
        await CheckAsync(History.OfSeveral(Step), async history =>
        {
            // The second caller asks only for what the first one is granted: the rejections must leave no trace.
            var clock = new ManualTimeProvider();
            var asking = Caller(clock, [.. history.CreateQuotas(), Quota.Concurrency("at once", 25)]);
            var spared = Caller(clock, [.. history.CreateQuotas(), Quota.Concurrency("at once", 25)]);
            var held = new List<TestedDecision>();
            foreach (var step in history.Steps)
            {
                clock.Advance(history.WaitOf(step));
                var decision = await asking.TakeAsync(history.CostOf(step));
                if (decision.IsAcquired)
                {
                    var same = await spared.TakeAsync(history.CostOf(step));
                    Assert.Equal(Says(same), Says(decision));
                    held.AddRange(decision, same);
                }
                else
                {
                    rejections++;
                    Assert.Equal(Says(await spared.PeekAsync()), Says(await asking.PeekAsync()));
                    held.ForEach(one => one.Dispose());
                    held.Clear();
                }
            }
        });

        Assert.True(rejections > 2.5 * Histories, $"Only {rejections} rejections: this shows little.");
    }

    [Fact]
    public async Task Acquisition_RejectedByEachQuotaInTurn_ChargesNoOther()
    {
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
            var caller = Caller(all);
            Assert.True((await caller.TakeAsync()).IsAcquired);
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal([8, 8, 0, 8], (await caller.TakeAsync()).Statuses.ToArray().Select(status => status.Remaining));
            }
        }
    }
}
