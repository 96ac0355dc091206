using FsCheck;

namespace RateLimitHeaders.AspNetCore.Tests;

public abstract class RetryAfterTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    [Theory]
    [InlineData(RandomQuota.Fixed)]
    [InlineData(RandomQuota.Aligned)]
    [InlineData(RandomQuota.Sliding)]
    [InlineData(RandomQuota.Bucket)]
    [InlineData(RandomQuota.Calendar)]
    public Task RetryAfter_OneQuota_IsExact(string algorithm) => AssertExactAsync(History.Of(Step, algorithm));

    [Fact]
    public Task RetryAfter_OneToThreeMixedQuotas_IsExact() => AssertExactAsync(History.OfSeveral(Step));

    private async Task AssertExactAsync(Gen<History> histories)
    {
        var rejections = 0;
        var longRejections = 0;
        await CheckAsync(histories, async history =>
        {
            var clock = new ManualTimeProvider();
            var caller = Caller(clock, history.CreateQuotas());
            foreach (var step in history.Steps)
            {
                clock.Advance(history.WaitOf(step));
                var cost = history.CostOf(step);
                if (await caller.TakeAsync(cost) is { IsAcquired: false } rejected)
                {
                    rejections++;
                    longRejections += rejected.RetryAfter > Seconds(1) ? 1 : 0;
                    await AssertAdmittedFromAsync(rejected.RetryAfter!.Value, cost, clock, caller);
                }
            }
        });

        Assert.True(
            rejections > 2.5 * Histories && longRejections > 1.25 * Histories,
            $"Only {rejections} rejections, {longRejections} of more than a second: this shows little.");
    }

    private static async Task AssertAdmittedFromAsync(TimeSpan wait, int cost, ManualTimeProvider clock, TestedCaller caller)
    {
        if (wait > Seconds(1))
        {
            clock.Advance(wait - Seconds(1));
            Assert.Equal(Seconds(1), (await caller.TakeAsync(cost)).RetryAfter);
            wait = Seconds(1);
        }

        clock.Advance(wait - Step);
        var early = await caller.TakeAsync(cost);
        Assert.False(early.IsAcquired, $"Admitted {Step} early: {Says(early)}");
        Assert.Equal(Step, early.RetryAfter);

        clock.Advance(Step);
        var due = await caller.TakeAsync(cost);
        Assert.True(due.IsAcquired, $"Rejected when due: {Says(due)}");
        Assert.Null(due.RetryAfter);
    }
}
