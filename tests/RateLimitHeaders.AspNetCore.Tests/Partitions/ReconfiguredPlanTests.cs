namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The quotas of a plan change, in memory and in stores that load and save: those of the same shape count on, exactly.</summary>
public sealed class ReconfiguredPlanTests
{
    private readonly ManualTimeProvider _clock = new();

    /// <summary>The quotas before, those after, and what is left of these after three requests before and one after.</summary>
    private static readonly (string Before, string After, string Left)[] s_changes =
    [
        ("fixed bucket sliding calendar", "fixed", "6"),
        ("fixed bucket sliding calendar", "bucket", "6"),
        ("fixed bucket sliding calendar", "sliding", "6"),
        ("fixed bucket sliding calendar", "calendar", "6"),
        ("fixed bucket sliding calendar", "calendar sliding bucket fixed", "6 6 6 6"),
        ("fixed bucket", "fixed sliding bucket", "6 9 6"),
        ("fixed calendar", "calendar fixed", "6 6"),
        ("fixed", "bucket fixed", "9 6"),
        ("fixed", "fixed calendar", "6 9"),
        ("fixed", "fixed held", "6 9"),
        ("fixed held", "fixed", "6"),
        ("held bucket", "bucket held", "6 6"),
        ("bucket", "bucket-2h", "9"),
        ("fixed sliding-6", "fixed-2h sliding-6", "9 6"),
        ("fixed", "sliding", "9"),
    ];

    private static readonly string[] s_places = ["memory", "dictionary", "SQLite"];

    public static TheoryData<string, string, string, string> Changes
    {
        get
        {
            var data = new TheoryData<string, string, string, string>();
            foreach (var place in s_places)
            {
                foreach (var (before, after, left) in s_changes)
                {
                    data.Add(place, before, after, left);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Places => [.. s_places];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Quotas_ThatChange_LeaveTheCountsOfTheOthers(string place, string before, string after, string left)
    {
        using var plan = ChangingPlan.Create(place, _clock, QuotasOf(before));
        for (var i = 0; i < 3; i++)
        {
            await plan.Alice.TakeAsync();
        }

        plan.Change(QuotasOf(after));

        Assert.Equal(left, Left(await plan.Alice.TakeAsync()));
        Assert.Equal(left, Left(await plan.Alice.PeekAsync()));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Peek_AfterTheChange_ReturnsTheCountsFromBefore(string place)
    {
        using var plan = ChangingPlan.Create(place, _clock, QuotasOf("fixed bucket"));
        await plan.Alice.TakeAsync(4);
        plan.Change(QuotasOf("sliding bucket fixed"));
        Assert.Equal("10 6 6", Left(await plan.Alice.PeekAsync()));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Requests_ThatAreUnderWay_EndWithTheQuotasThatTheyBeganWith(string place)
    {
        using var plan = ChangingPlan.Create(place, _clock, QuotasOf("fixed bucket held"));
        var early = await plan.Alice.TakeAsync(3);
        var earlier = plan.Alice;
        plan.Change(QuotasOf("held sliding bucket"));
        Assert.Equal("6 9 6", Left(await plan.Alice.TakeAsync()));

        // One that takes its permits late is counted of what is left of its quotas.
        var late = await earlier.TakeAsync(2);
        Assert.Equal((true, "4"), (late.IsAcquired, Left(late).Split(' ')[1]));
        Assert.Equal("4 9 4", Left(await plan.Alice.PeekAsync()));
        await early.RefundAsync(3);
        Assert.Equal("4 9 7", Left(await plan.Alice.PeekAsync()));
        await early.ReleaseAsync();
        await late.ReleaseAsync();
        Assert.Equal("9 9 7", Left(await plan.Alice.PeekAsync()));

        var rejected = await earlier.TakeAsync(8);
        Assert.Equal((false, 7), (rejected.IsAcquired, rejected.Statuses[1].Remaining));
    }

    [Theory]
    [InlineData("dictionary")]
    [InlineData("SQLite")]
    public async Task Servers_WithDifferentQuotas_CountWhatTheyHaveInCommonTogetherAndTheRestApart(string place)
    {
        using var plan = ChangingPlan.Create(place, _clock, QuotasOf("fixed bucket"));
        var first = plan.Alice;
        plan.Change(QuotasOf("sliding fixed"));
        var second = plan.Alice;
        plan.Change(QuotasOf("bucket-2h"));
        var told = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            told.Add(Left(await first.TakeAsync()));
            told.Add(Left(await second.TakeAsync()));
            told.Add(Left(await plan.Alice.TakeAsync()));
        }

        Assert.Equal(["9 9", "9 8", "9", "7 8", "8 6", "8", "5 7", "7 4", "7"], told);

        // What only others have leaves the state when it is over.
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("9", Left(await plan.Alice.TakeAsync()));
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("10 10", Left(await first.PeekAsync()));
    }

    [Fact]
    public async Task State_OfWhichOthersAreOver_IsThatOfItsQuotas()
    {
        var store = new DictionaryStore();
        using var before = new StateServer(store, _clock, QuotasOf("bucket"));
        await before.Alice.TakeAsync();
        var length = store.States[before.Key].Bytes.Length;
        using var after = new StateServer(store, _clock, QuotasOf("bucket-2h"));
        await after.Alice.TakeAsync();
        Assert.Equal((length * 2) - 41, store.States[before.Key].Bytes.Length);
        Assert.True(store.Lifetime > TimeSpan.FromMinutes(6));

        _clock.Advance(TimeSpan.FromMinutes(6));
        await after.Alice.TakeAsync();
        Assert.Equal(length, store.States[before.Key].Bytes.Length);
    }

    [Fact]
    public async Task Queue_OfAQuotaThatStays_IsServedOn()
    {
        using var plan = ChangingPlan.Create("memory", _clock, Quota.FixedWindow("f", 10, Hour), Quota.Concurrency("h", 1, queueLimit: 2));
        var holds = await plan.Alice.TakeAsync();
        var waits = plan.Alice.TakeAsync();
        plan.Change(Quota.Concurrency("h", 1, queueLimit: 2), Quota.TokenBucket("b", 10, Hour));
        var waitsToo = plan.Alice.TakeAsync();
        Assert.False(waits.IsCompleted || waitsToo.IsCompleted);

        await holds.ReleaseAsync();
        var second = await waits;
        Assert.Equal((true, false), (second.IsAcquired, waitsToo.IsCompleted));
        await second.ReleaseAsync();
        Assert.Equal("0 9", Left(await waitsToo));
    }

    [Fact]
    public async Task Queue_OfARemovedQuota_IsServedAtOnce()
    {
        using var plan = ChangingPlan.Create("memory", _clock, Quota.Concurrency("h", 1, queueLimit: 2), Quota.FixedWindow("f", 10, Hour));
        await plan.Alice.TakeAsync();
        var waits = plan.Alice.TakeAsync();
        plan.Change(Quota.FixedWindow("f", 10, Hour));
        Assert.Equal("7", Left(await plan.Alice.TakeAsync()));
        Assert.True((await waits).IsAcquired);
        Assert.Equal("7", Left(await plan.Alice.PeekAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Permits_ThatWereHeldOfAQuotaBeforeItLeft_AreNoneOfThoseAfterItCameBack(bool hasMoved)
    {
        var held = Quota.Concurrency("h", 1);
        using var plan = ChangingPlan.Create("memory", _clock, held, Quota.FixedWindow("f", 10, Hour));
        var first = await plan.Alice.TakeAsync();
        await LeaveAndComeBackAsync(plan, hasMoved, held, Quota.FixedWindow("f", 10, Hour));
        var second = await plan.Alice.TakeAsync();
        Assert.True(second.IsAcquired);

        await first.ReleaseAsync();
        Assert.False((await plan.Alice.TakeAsync()).IsAcquired);
        await second.ReleaseAsync();
        Assert.True((await plan.Alice.TakeAsync()).IsAcquired);
    }

    [Theory]
    [InlineData("bucket", true, "7 6")]
    [InlineData("aligned", true, "7 6")]
    [InlineData("sliding", true, "7 6")]
    [InlineData("bucket", false, "4 7")]
    [InlineData("aligned", false, "4 7")]
    [InlineData("sliding", false, "4 7")]
    public async Task Permits_OfAQuotaBeforeItLeft_AreNotGivenBackAfterItCameBack(string name, bool hasMoved, string left)
    {
        using var plan = ChangingPlan.Create("memory", _clock, QuotasOf($"{name} fixed"));
        var first = await plan.Alice.TakeAsync(3);
        await LeaveAndComeBackAsync(plan, hasMoved, QuotasOf($"{name} fixed"));
        await plan.Alice.TakeAsync(3);
        await first.RefundAsync(3);
        Assert.Equal(left, Left(await plan.Alice.PeekAsync()));
    }

    [Fact]
    public async Task QuotaThatCameBack_BeforeTheNextRequest_IsSeenAndGrantedAsItIsCounted()
    {
        using var plan = ChangingPlan.Create("memory", _clock, QuotasOf("aligned fixed"));
        await plan.Alice.TakeAsync(5);
        await LeaveAndComeBackAsync(plan, hasMoved: false, QuotasOf("aligned fixed"));
        Assert.Equal("5 5", Left(await plan.Alice.PeekAsync()));
        await plan.Alice.GrantAsync(2);
        Assert.Equal("7 7", Left(await plan.Alice.PeekAsync()));
        Assert.Equal("6 6", Left(await plan.Alice.TakeAsync()));
    }

    [Fact]
    public async Task Adjustment_AfterTheCallerWasDropped_MakesAPartitionOnlyToCharge()
    {
        using var plan = ChangingPlan.Create("memory", _clock, QuotasOf("fixed"));
        var partitions = (MemoryPartitions)plan.Partitions;
        var decision = await plan.Alice.TakeAsync(3);
        _clock.Advance(3 * Hour);
        await decision.RefreshAsync();
        Assert.Equal(("10", 0), (Left(decision), partitions.Count));
        await decision.RefundAsync(2);
        Assert.Equal(("10", 0), (Left(decision), partitions.Count));
        await decision.ChargeAsync(1);
        Assert.Equal(("9", 1), (Left(decision), partitions.Count));
        await decision.RefundAsync(2);
        Assert.Equal(("10", 1), (Left(decision), partitions.Count));
    }

    [Fact]
    public async Task Callers_ThatShareAPartition_CountOn()
    {
        using var plan = ChangingPlan.Create("memory", _clock, QuotasOf("fixed bucket"));
        for (var i = 0; i < TestPlan.MaxPartitions; i++)
        {
            await plan.CallerOf($"caller {i}").TakeAsync();
        }

        await plan.CallerOf("one more").TakeAsync(3);
        plan.Change(QuotasOf("sliding fixed"));
        Assert.Equal("9 6", Left(await plan.CallerOf("another").TakeAsync()));
    }

    [Fact]
    public async Task Callers_AfterTheChange_AreSweptWhenTheyAreFull()
    {
        using var plan = ChangingPlan.Create("memory", _clock, QuotasOf("fixed bucket"));
        await plan.Alice.TakeAsync();
        await plan.CallerOf("bob").TakeAsync();
        plan.Change(QuotasOf("fixed"));
        await plan.Alice.TakeAsync();
        var partitions = (MemoryPartitions)plan.Partitions;
        Assert.Equal((2, 2), (partitions.Count, partitions.Counted));

        _clock.Advance(3 * Hour);
        Assert.Equal((0, 0), (partitions.Count, partitions.Counted));
        Assert.Equal("9", Left(await plan.Alice.TakeAsync()));
    }

    /// <summary>Takes the first of two quotas out of a plan for a while, in which the caller sends a request or none.</summary>
    private static async Task LeaveAndComeBackAsync(ChangingPlan plan, bool hasMoved, params Quota[] quotas)
    {
        plan.Change(quotas[1]);
        if (hasMoved)
        {
            await plan.Alice.TakeAsync();
        }

        plan.Change(quotas);
    }

    private static Quota[] QuotasOf(string names) => [.. names.Split(' ').Select(name => name switch
    {
        "fixed" => Quota.FixedWindow("f", 10, Hour),
        "fixed-2h" => Quota.FixedWindow("f", 10, 2 * Hour),
        "bucket" => Quota.TokenBucket("b", 10, Hour),
        "bucket-2h" => Quota.TokenBucket("b", 10, 2 * Hour),
        "aligned" => Quota.FixedWindow("a", 10, Hour, alignToClock: true),
        "sliding" => Quota.SlidingWindow("s", 10, Hour),
        "sliding-6" => Quota.SlidingWindow("s", 10, Hour, segments: 6),
        "held" => Quota.Concurrency("h", 10),
        _ => Quota.CalendarWindow("c", 10, CalendarPeriod.Month),
    })];

    private static string Left(TestedDecision decision) => string.Join(' ', decision.Statuses.ToArray().Select(status => status.Remaining));
}
