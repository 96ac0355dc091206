using System.Globalization;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// The quotas of a plan change, or servers have different ones for a while: those of the same shape count on, exactly. Both scripts
/// are asked, since a plan with a concurrency quota has another one.
/// </summary>
public class RedisReconfiguredPlanTests
{
    /// <summary>The quotas before, those after, and what is left of these after three requests before and one after.</summary>
    public static TheoryData<string, string, string> Changes => new()
    {
        { "fixed bucket sliding calendar", "fixed", "6" },
        { "fixed bucket sliding calendar", "bucket", "6" },
        { "fixed bucket sliding calendar", "sliding", "6" },
        { "fixed bucket sliding calendar", "calendar", "6" },
        { "fixed bucket sliding calendar", "calendar sliding bucket fixed", "6 6 6 6" },
        { "fixed bucket", "fixed sliding bucket", "6 9 6" },
        { "fixed sliding", "sliding bucket", "6 9" },
        { "fixed", "bucket fixed", "9 6" },
        { "fixed bucket", "fixed bucket-2h", "6 9" },
        { "fixed sliding-6", "fixed-2h sliding-6", "9 6" },
        { "sliding bucket", "sliding-6 bucket", "9 6" },
        { "fixed", "sliding", "9" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Quotas_ThatChange_LeaveTheCountsOfTheOthers(string before, string after, string left)
    {
        foreach (var isHeld in new[] { false, true })
        {
            using var plan = await TestedPlan.CreateAsync(QuotasOf(before, isHeld));
            for (var i = 0; i < 3; i++)
            {
                await plan.TakeAsync();
            }

            using var changed = plan.With(QuotasOf(after, isHeld));
            Assert.Equal(left, Left(await changed.TakeAsync()));
            Assert.Equal(left, Left(await changed.PeekAsync()));
        }
    }

    [Fact]
    public async Task Rejection_ByAQuotaThatStays_IsOneAfterTheChange()
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", false));
        await plan.TakeAsync(10);
        using var changed = plan.With(QuotasOf("sliding fixed", false));

        var rejected = await changed.TakeAsync();

        Assert.False(rejected.IsAcquired);
        Assert.Equal("10 0", Left(rejected));
        Assert.Equal([false, true], rejected.Statuses.ToArray().Select(status => status.IsViolated));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Servers_WithDifferentQuotas_CountWhatTheyHaveInCommonTogetherAndTheRestApart(bool isHeld)
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", isHeld));
        using var second = plan.With(QuotasOf("sliding fixed", isHeld));
        using var third = plan.With(QuotasOf("bucket-2h", isHeld));
        var told = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            told.Add(Left(await plan.TakeAsync()));
            told.Add(Left(await second.TakeAsync()));
            told.Add(Left(await third.TakeAsync()));
        }

        Assert.Equal(["9 9", "9 8", "9", "7 8", "8 6", "8", "5 7", "7 4", "7"], told);
    }

    [Fact]
    public async Task Servers_WithDifferentQuotas_MakeNoStateLiveLongerAndLonger()
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", false));
        using var second = plan.With(QuotasOf("fixed sliding", false));
        await plan.TakeAsync();
        await second.TakeAsync();
        await plan.TakeAsync();
        var first = await TimeToLiveAsync(plan);
        for (var i = 0; i < 10; i++)
        {
            await second.TakeAsync(0);
            await second.TakeAsync(i % 2);
            await plan.TakeAsync(i % 2);
        }

        Assert.InRange(await TimeToLiveAsync(plan), first - 60_000, first + 60_000);
    }

    [Fact]
    public async Task Quota_ThatNoServerHasAnyMore_LeavesTheStateWhenItIsOver()
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", false));
        await plan.TakeAsync();
        using var changed = plan.With(QuotasOf("fixed", false));
        await changed.TakeAsync();
        Assert.True(await LengthAsync(plan) > 100);

        // In tests states live hours longer, and so does what is kept in them.
        for (var i = 0; i < 40; i++)
        {
            plan.Clock.Advance(TimeSpan.FromMinutes(20));
            await changed.TakeAsync();
        }

        Assert.Equal(56, await LengthAsync(plan));
        Assert.Equal("8 10", Left(await plan.TakeAsync(0)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_OfARequestThatCameBeforeTheChange_ComesBackToTheQuotasThatStay(bool isHeld)
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket sliding", isHeld));
        var request = await plan.TakeAsync(3);
        using var changed = plan.With(QuotasOf("sliding fixed-2h bucket", isHeld));
        Assert.Equal("6 9 6", Left(await changed.TakeAsync()));

        await request.RefundAsync(2);

        Assert.Equal("9 8 8", Left(request));
        Assert.Equal("8 9 8", Left(await changed.PeekAsync()));
        Assert.Equal(isHeld ? 96 : 0, (await changed.PeekAsync()).Statuses.ToArray().Where(status => status.Quota.IsConcurrency).Sum(status => status.Remaining));
    }

    [Fact]
    public async Task Batch_ThatWasTakenBeforeTheChange_ComesBackToTheQuotasThatStay()
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", false));
        var batch = await plan.TakeBatchAsync(wanted: 4);
        using var changed = plan.With(QuotasOf("bucket sliding", false));
        Assert.Equal("5 9", Left(await changed.TakeAsync()));

        await plan.EndBatchAsync(batch);

        Assert.Equal("9 9", Left(await changed.PeekAsync()));
        Assert.Equal("10 9", Left(await plan.PeekAsync()));
    }

    [Fact]
    public async Task Reset_AfterTheChange_ForgetsAllQuotas()
    {
        foreach (var isHeld in new[] { false, true })
        {
            using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", isHeld));
            await plan.TakeAsync(3);
            using var changed = plan.With(QuotasOf("fixed sliding", isHeld));
            await changed.TakeAsync(3);

            await changed.Partitions.ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None);

            Assert.Equal("10 10", Left(await plan.PeekAsync()));
        }
    }

    [Fact]
    public async Task InitialLimit_OfAQuotaThatIsNew_IsThatOfACallerWithNoState()
    {
        foreach (var isHeld in new[] { false, true })
        {
            using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed", isHeld));
            await plan.TakeAsync(3);
            using var changed = plan.With(QuotasOf("bucket fixed", isHeld));
            var caller = new RateLimitPrincipal("user", "alice");
            var decision = new RateLimitDecision { Principal = caller };
            await changed.Partitions.AcquireAsync(
                new AcquireArguments(caller, changed.Costs(1), default) { InitialLimits = isHeld ? new double[] { 20, 20, 100 } : new double[] { 20, 20 } }, decision);

            Assert.Equal([(20.0, 19), (10.0, 6)], decision.Statuses.ToArray().Take(2).Select(status => (status.Limit, status.Remaining)));
        }
    }

    [Fact]
    public async Task Plans_ThatDecideTogether_CountOnToo()
    {
        using var plan = await TestedPlan.CreateAsync(QuotasOf("fixed bucket", false));
        using var other = await TestedPlan.CreateAsync(QuotasOf("sliding", false));
        await plan.TakeAsync(8);
        using var changed = plan.With(QuotasOf("sliding fixed", false));
        var combined = new CombinedTakes(plan.TimedRunner);
        var caller = new RateLimitPrincipal("user", "alice");
        RateLimitDecision[] decisions = [new() { Principal = caller }, new() { Principal = caller }];

        var isDone = await combined.RunAsync(
        [
            changed.Partitions.Prepare(new PlanAcquisition(changed.Partitions, new AcquireArguments(caller, changed.Costs(3), default), decisions[0])),
            other.Partitions.Prepare(new PlanAcquisition(other.Partitions, new AcquireArguments(caller, other.Costs(3), default), decisions[1])),
        ]);

        Assert.True(isDone);
        Assert.Equal((false, true), (decisions[0].IsAcquired, decisions[1].IsAcquired));
        Assert.Equal([2, 10], decisions.Select(decision => decision.Statuses[^1].Remaining));
    }

    private static Quota[] QuotasOf(string names, bool isHeld)
    {
        var quotas = names.Split(' ').Select(name => name switch
        {
            "fixed" => Quota.FixedWindow("f", 10, Hour),
            "fixed-2h" => Quota.FixedWindow("f", 10, 2 * Hour),
            "bucket" => Quota.TokenBucket("b", 10, Hour),
            "bucket-2h" => Quota.TokenBucket("b", 10, 2 * Hour),
            "sliding" => Quota.SlidingWindow("s", 10, Hour),
            "sliding-6" => Quota.SlidingWindow("s", 10, Hour, segments: 6),
            _ => Quota.CalendarWindow("c", 10, CalendarPeriod.Month),
        });
        return isHeld ? [.. quotas, Quota.Concurrency("at once", 100)] : [.. quotas];
    }

    private static string Left(TestedDecision decision) => string.Join(
        ' ', decision.Statuses.ToArray().Where(status => !status.Quota.IsConcurrency).Select(status => status.Remaining));

    private static async Task<long> TimeToLiveAsync(TestedPlan plan) => long.Parse(
        await (await SharedRedis.GetAsync()).CommandAsync("PTTL", plan.KeyOf()), CultureInfo.InvariantCulture);

    private static async Task<int> LengthAsync(TestedPlan plan) =>
        Encoding.Latin1.GetByteCount(await (await SharedRedis.GetAsync()).CommandAsync("GET", plan.KeyOf()));
}
