namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A caller that has taken nothing has no partition, whatever it is asked or told.</summary>
public sealed class UnknownCallerTests : IDisposable
{
    private readonly PolicyUnderTest _policy = new(maxPartitions: 10, Quota.FixedWindow("window", 10, Minute), Quota.TokenBucket("bucket", 5, 0.5));

    [Fact]
    public void Acquire_OfNothing_CreatesNoPartition()
    {
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal((true, "10 5"), Told(_policy.Ask("ada", cost: 0)));
        }

        AssertPartitions(0);
    }

    [Fact]
    public async Task Peek_OfACallerThatIsCountedWithOthers_ReturnsTheirCounts()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("window", 10, Minute), Quota.TokenBucket("bucket", 5, 0.5));
        policy.Ask("known");
        Assert.Equal((true, "7 2"), Told(policy.Ask("shares", cost: 3)));

        Assert.Equal((true, "7 2"), Told(policy.Ask("shares", cost: 0)));
        var decision = Decision("another");
        await policy.Partitions.PeekAsync(new(decision.Principal, default, decision), CancellationToken.None);
        Assert.Equal((true, "7 2"), Told(decision));
        Assert.Equal((true, "9 4"), Told(policy.Ask("known", cost: 0)));
    }

    [Fact]
    public async Task Charge_AfterNothingWasTaken_IsTheCallersOwn_WhereThereIsRoomAgain()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("window", 10, Minute));
        policy.Ask("known");
        policy.Ask("shares", cost: 3);
        policy.Time.Advance(2 * Minute);
        policy.Partitions.Sweep();

        var decision = Decision("ada");
        await policy.Partitions.AcquireAsync(new(decision.Principal, new long[] { 0 }, default), decision);
        await policy.Partitions.AdjustAsync(decision, new AdjustArguments(new long[] { 4 }));

        Assert.Equal((6, 1), (decision.Statuses[0].Remaining, policy.Partitions.Count));
        Assert.Equal(9, policy.Ask("bob").Statuses[0].Remaining);
    }

    [Fact]
    public void Acquire_OfAnyPermitThatIsLeft_CreatesAPartition()
    {
        Assert.Equal((true, "10 5"), Told(_policy.Ask("ada", PermitCost.AnyLeft)));
        AssertPartitions(1);
    }

    [Fact]
    public async Task Acquire_OfOneQuotaAlone_CreatesAPartitionAndTakesThat()
    {
        var decision = Decision("ada");
        long[] costs = [0, 2];
        await _policy.Partitions.AcquireAsync(new(decision.Principal, costs, default), decision);
        Assert.Equal((true, "10 3"), Told(decision));
        AssertPartitions(1);
    }

    [Fact]
    public async Task Charge_AfterNothingWasTaken_IsCounted()
    {
        var decision = _policy.Ask("ada", cost: 0);
        await AdjustAsync(decision, 4, 1);
        Assert.Equal((true, "6 4"), Told(decision));
        AssertPartitions(1);
        Assert.Equal((true, "5 3"), Told(_policy.Ask("ada")));
    }

    [Fact]
    public async Task Charge_AfterNothingWasTaken_CanBeGivenBack()
    {
        var decision = _policy.Ask("ada", cost: 0);
        await AdjustAsync(decision, 4, 1);
        await AdjustAsync(decision, -3, -3);
        Assert.Equal((true, "9 5"), Told(decision));
    }

    [Fact]
    public async Task Charge_AfterNothingWasTaken_IsCountedOnceBesideOthers()
    {
        // Another request of the caller comes between, which makes the partition.
        var decision = _policy.Ask("ada", cost: 0);
        _policy.CreateCaller().Ask("ada", cost: 2);
        await AdjustAsync(decision, 4, 1);
        Assert.Equal((true, "4 2"), Told(decision));
        AssertPartitions(1);
    }

    [Fact]
    public async Task Charge_AfterNothingWasTakenAndWithoutRoom_IsCountedInTheSharedPartition()
    {
        using var policy = new PolicyUnderTest(maxPartitions: 1, Quota.FixedWindow("window", 10, Minute));
        policy.CreateCaller().Ask("known");
        var decision = policy.Ask("ada", cost: 0);
        long[] permits = [4];
        await policy.Partitions.AdjustAsync(decision, new(permits));
        Assert.Equal((true, "6"), Told(decision));
        Assert.Equal((true, "5"), Told(policy.Ask("grace")));
    }

    [Fact]
    public async Task Refund_AfterNothingWasTaken_GivesNothingAndCreatesNothing()
    {
        var decision = _policy.Ask("ada", cost: 0);
        await AdjustAsync(decision, -4, -1);
        Assert.Equal((true, "10 5"), Told(decision));
        AssertPartitions(0);
    }

    [Fact]
    public async Task ReadingAgain_AfterNothingWasTaken_UpdatesTheStatusAndCreatesNoPartition()
    {
        var decision = _policy.Ask("ada", cost: 0);
        var taken = decision.TakenAt;
        _policy.Time.Advance(TimeSpan.FromSeconds(1));
        await AdjustAsync(decision, 0, 0);
        Assert.Equal(TimeSpan.TicksPerSecond, decision.TakenAt - taken);
        AssertPartitions(0);

        _policy.CreateCaller().Ask("ada", cost: 2);
        await AdjustAsync(decision, 0, 0);
        Assert.Equal((true, "8 3"), Told(decision));
    }

    [Fact]
    public async Task ReadingAgain_AfterNothingWasTaken_KeepsTheLimitsOfTheRequest()
    {
        var decision = Decision("ada");
        double[] limits = [70, 20];
        await _policy.Partitions.AcquireAsync(new(decision.Principal, new long[2], limits), decision);
        await AdjustAsync(decision, 0, 0);
        Assert.Equal((true, "70 20"), Told(decision));
        await AdjustAsync(decision, 1, 2);
        Assert.Equal((true, "69 18"), Told(decision));
    }

    [Fact]
    public async Task Peek_OfUnknownCallers_CreatesNoPartition()
    {
        for (var i = 0; i < 50; i++)
        {
            var decision = Decision($"caller {i}");
            await _policy.Partitions.PeekAsync(new(decision.Principal, default, decision), CancellationToken.None);
            Assert.Equal((true, "10 5"), Told(decision));
        }

        AssertPartitions(0);
    }

    [Fact]
    public async Task Reset_OfAKnownCaller_DropsItsPartition()
    {
        _policy.Ask("ada", cost: 3);
        _policy.Ask("grace", cost: 1);
        await _policy.Partitions.ResetAsync(new RateLimitPrincipal(TokenTypes.User, "ada"), CancellationToken.None);
        AssertPartitions(1);
        Assert.Equal((true, "9 4"), Told(_policy.Ask("ada")));
        Assert.Equal((true, "8 3"), Told(_policy.Ask("grace")));
    }

    [Fact]
    public async Task Refund_AfterAReset_TakesNothingFromOthers()
    {
        var decision = _policy.CreateCaller().Ask("ada", cost: 3);
        await _policy.Partitions.ResetAsync(decision.Principal, CancellationToken.None);
        _policy.Ask("ada", cost: 2);
        await AdjustAsync(decision, -3, -3);
        Assert.Equal((true, "8 3"), Told(decision));
    }

    public void Dispose() => _policy.Dispose();

    private static RateLimitDecision Decision(string id) => new() { Principal = new RateLimitPrincipal(TokenTypes.User, id) };

    private static (bool IsAcquired, string Remaining) Told(RateLimitDecision decision) =>
        (decision.IsAcquired, string.Join(' ', decision.Statuses.ToArray().Select(status => status.Remaining)));

    private Task AdjustAsync(RateLimitDecision decision, params long[] permits) =>
        _policy.Partitions.AdjustAsync(decision, new(permits)).AsTask();

    private void AssertPartitions(int count) => Assert.Equal((count, count), (_policy.Partitions.Count, _policy.Partitions.Counted));
}
