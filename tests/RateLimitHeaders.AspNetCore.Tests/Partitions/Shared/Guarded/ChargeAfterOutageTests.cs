namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What callers took in an outage is charged in the store afterwards, once, where the plan asks for it.</summary>
public class ChargeAfterOutageTests
{
    [Theory]
    [InlineData(false, 1, 6)]
    [InlineData(true, 1, 3)]
    [InlineData(true, 2, 3)]
    public async Task Outage_ThatIsOver_LeavesWhatWasTakenBeforeAndMeanwhile(bool charges, int nodes, long remaining)
    {
        using var plan = Create(charges, nodes, Quota.FixedWindow("q", 8, Minute));
        await plan.TakeAsync(2);
        await plan.BreakAsync();
        Assert.True((await plan.TakeAsync(2)).IsAcquired);
        Assert.True((await plan.TakeAsync()).IsAcquired);
        Assert.False((await plan.TakeAsync(8)).IsAcquired);
        await MendedAsync(plan, charges ? 1 : 0);
        Assert.Equal(remaining, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Outages_OneAfterTheOther_ChargeWhatWasTakenInEach()
    {
        using var plan = Create(Quota.TokenBucket("q", 100, 100 * Minute));
        for (var outage = 1; outage <= 3; outage++)
        {
            await plan.BreakAsync();
            await plan.TakeAsync(10);
            await MendedAsync(plan, outage);
            Assert.Equal(100 - (10 * outage), (await plan.PeekAsync()).Statuses[0].Remaining);
        }

        await plan.BreakAsync();
        await MendedAsync(plan, 3);
    }

    [Fact]
    public async Task Charge_AfterAnOutage_IsWithoutWhatWasGivenBackOrHasComeBack()
    {
        using var plan = Create(Quota.FixedWindow("minute", 8, Minute), Quota.FixedWindow("hour", 20, 60 * Minute));
        await plan.BreakAsync();
        var decision = await plan.TakeEachAsync([5, 6]);
        await decision.RefundAsync(2);
        await decision.ChargeAsync(1);
        plan.Clock.Advance(Minute);
        await MendedAsync(plan, 1);
        Assert.Equal([8, 15], (await plan.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Theory]
    [InlineData("window", 100)]
    [InlineData("sliding", 100)]
    [InlineData("bucket", 100)]
    [InlineData("window", 999_999_999_999_999)]
    public async Task Refund_OfMoreThanARequestTook_LeavesWhatOthersTook(string algorithm, long refund)
    {
        using var plan = Create(QuotaOf(algorithm, 1_000));
        await plan.BreakAsync();
        await plan.TakeAsync(100);
        var decision = await plan.TakeAsync();
        await decision.RefundAsync(refund);
        await decision.RefundAsync(refund);
        await MendedAsync(plan, 1);
        Assert.Equal([100L], plan.Store.Calls.Single(call => call.Kind == "adjust").Permits.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Refund_OfARequestOfAnEarlierOutage_LeavesWhatIsTakenInThisOne(long refund)
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        var decision = await plan.TakeAsync(5);
        await MendedAsync(plan, 1);
        await plan.BreakAsync();
        await plan.TakeAsync(3);
        await decision.RefundAsync(refund);
        await MendedAsync(plan, 2);
        Assert.Equal([3L], plan.Store.Calls.Last(call => call.Kind == "adjust").Permits.ToArray());
    }

    [Fact]
    public async Task Charge_ThatMaxDebtLeavesOut_IsNotMadeInTheStoreEither()
    {
        using var plan = Create(charges: true, nodes: 2, Quota.FixedWindow("q", 10, Minute).WithMaxDebt(0));
        await plan.TakeAsync(4);
        await plan.BreakAsync();

        // This server's share is 5, of which 3 remain.
        var decision = await plan.TakeAsync(PermitCost.AnyLeft);
        await decision.ChargeAsync(10);
        await MendedAsync(plan, 1);
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData("window")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task Charge_BeyondTheLimit_IsOwedInTheStoreToo(string algorithm)
    {
        using var plan = Create(QuotaOf(algorithm, 100));
        await plan.BreakAsync();
        var decision = await plan.TakeAsync(PermitCost.AnyLeft);
        await decision.ChargeAsync(500);
        await MendedAsync(plan, 1);
        Assert.Equal([500L], plan.Store.Calls.Single(call => call.Kind == "adjust").Permits.ToArray());
    }

    [Theory]
    [InlineData("window", 1)]
    [InlineData("window", 2)]
    [InlineData("sliding", 1)]
    [InlineData("bucket", 1)]
    public async Task Charge_InAnOutageOfARequestThatTheStoreAdmitted_IsMadeAfterIt(string algorithm, int nodes)
    {
        using var plan = Create(charges: true, nodes, QuotaOf(algorithm, 200));
        var decision = await plan.TakeAsync();
        await plan.BreakAsync();
        await decision.ChargeAsync(49);
        Assert.Equal((199, 0), (decision.Statuses[0].Remaining, decision.Decision.LeftOut.ToArray().Sum()));
        await MendedAsync(plan, 1);
        Assert.Equal([49L], plan.Store.Calls.Single(call => call.Kind == "adjust").Permits.ToArray());
        Assert.Equal(150, (await plan.PeekAsync()).Statuses[0].Remaining);

        // The store gives back what it has counted of the request itself.
        await decision.RefundAsync(50);
        Assert.Equal(151, decision.Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(20, 29)]
    [InlineData(100, 0)]
    public async Task Refund_OfARequestThatTheStoreAdmitted_GivesBackWhatTheOutageCharged(long refund, long charged)
    {
        using var plan = Create(Quota.FixedWindow("q", 200, Minute));
        var decision = await plan.TakeAsync();
        await plan.BreakAsync();
        await decision.ChargeAsync(49);
        await decision.RefundAsync(refund);
        await MendedAsync(plan, charged > 0 ? 1 : 0);
        Assert.Equal(199 - charged, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Refund_OfARequestThatTheStoreAdmitted_ChargesNothingAfterTheOutage()
    {
        using var plan = Create(Quota.FixedWindow("q", 200, Minute));
        var decision = await plan.TakeAsync(5);
        await plan.BreakAsync();
        await decision.RefundAsync(3);
        await decision.RefreshAsync();
        await plan.MendAsync();
        Assert.DoesNotContain(plan.Store.Calls[1..], call => call.Principal.Id == "alice");
        Assert.Equal(195, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_InAnOutageOfARequestThatTheStoreAdmitted_IsBoundedByMaxDebt()
    {
        using var plan = Create(charges: true, nodes: 2, Quota.FixedWindow("q", 20, Minute).WithMaxDebt(0));
        var decision = await plan.TakeAsync(4);
        await plan.BreakAsync();

        // This server's share is 10, of which 8 remain.
        await decision.ChargeAsync(5);
        await decision.ChargeAsync(7);
        Assert.Equal((4, 4), (decision.Uncharged, decision.Decision.LeftOut[0]));
        await MendedAsync(plan, 1);
        Assert.Equal(8, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_InAnOutageOfAPlanThatChargesNothingAfterIt_IsLeftOut()
    {
        using var plan = Create(charges: false, nodes: 1, Quota.FixedWindow("q", 200, Minute));
        var decision = await plan.TakeAsync();
        await plan.BreakAsync();
        await decision.ChargeAsync(49);
        Assert.Equal(49, decision.Decision.LeftOut[0]);
        await MendedAsync(plan, 0);
        Assert.Equal(199, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Request_ThatIsDecidedInMemoryAsTheOutageEnds_IsChargedAndNotCountedInTheNextOutage()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        await plan.TakeAsync(2);
        await MendedAsync(plan, 1);

        // It found the store lost, and comes to its decision now.
        var alice = new RateLimitPrincipal("user", "alice");
        await plan.Guarded.FallBackAsync(new AcquireArguments(alice, new long[] { 1 }, default), new RateLimitDecision { Principal = alice });
        Assert.Equal(3, (await plan.TakeAsync(3)).Statuses[0].Remaining);
        await SettledAsync(plan, 2);
        Assert.True((await plan.TakeAsync(2)).IsAcquired);
        await plan.BreakAsync();
        Assert.False((await plan.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Charge_OfACallerWithALimitOfItsOwn_IsMadeUnderThatLimit()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        await plan.TakeAsync(15, limits: 20);
        await MendedAsync(plan, 1);
        Assert.Equal(5, (await plan.PeekAsync(limits: 20)).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_ThatTheStoreDoesNotAnswer_IsNotRepeated()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        await plan.TakeAsync(3);
        plan.Store.Answer = static call => call.Kind == "adjust"
            ? throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone")
            : call.Count();
        await plan.RecoverAsync();
        await SettledAsync(plan, 1);

        // The failure was an outage, and is over again.
        await Eventually.IsTrueAsync(() => plan.LogIds.Count(id => id == EventIds.StoreAvailable) == 2, "The outage does not end.");
        await SettledAsync(plan, 1);
        Assert.Equal(8, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_BeforeWhichAnotherOutageBegins_IsMadeAfterThatOne()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        await plan.TakeAsync(3);

        // An answer that never comes, for which the charge waits for a moment.
        plan.Guard.LateCalls.Add();
        plan.Store.Answer = async call =>
        {
            await call.Count();
            if (call is { Kind: "acquire", Principal.Id: "alice" })
            {
                await plan.BreakAsync();
            }
        };
        await plan.RecoverAsync();
        await Eventually.IsTrueAsync(() => plan.LogIds.Count(id => id == EventIds.StoreUnavailable) == 2, "The other outage does not begin.");
        await Eventually.IsTrueAsync(() => plan.Guarded.Settlement?.IsCompleted is not false, "The charge waits for ever.");
        plan.Guard.LateCalls.Remove();
        await MendedAsync(plan, 1);
        Assert.Equal(5, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Charge_OfACallerThatWasResetOrHasALongId_IsNotMade()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        await plan.TakeAsync(3);
        await plan.TakeAsync(3, new string('x', 257));
        await plan.TakeAsync(3, new string('x', 256));
        await Assert.ThrowsAsync<RateLimitStoreException>(() => plan.Partitions.ResetAsync(new RateLimitPrincipal("user", "alice"), CancellationToken.None).AsTask());
        await MendedAsync(plan, 1);
        Assert.Equal(8, (await plan.PeekAsync()).Statuses[0].Remaining);
        Assert.Equal(5, (await plan.PeekAsync(new string('x', 256))).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_ThatTheStoreCountedAfterTheDeadline_IsNotChargedAgain(bool isHeld)
    {
        using var plan = isHeld ? Create(Quota.FixedWindow("q", 8, Minute), Quota.Concurrency("c", 8)) : Create(Quota.FixedWindow("q", 8, Minute));
        var gate = new TaskCompletionSource();
        plan.Store.Answer = async call =>
        {
            if (call.Kind != "acquire")
            {
                throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");
            }

            await gate.Task.ConfigureAwait(false);
            await call.Count();
        };
        var late = plan.TakeAsync(3);
        plan.Clock.Advance(TimeSpan.FromMilliseconds(101));
        Assert.True((await late).IsAcquired);
        Assert.True((await plan.TakeAsync(2)).IsAcquired);

        // What follows the answer runs on the same thread.
        await Task.Run(gate.SetResult);
        await MendedAsync(plan, 1);
        Assert.Equal(3, (await plan.PeekAsync()).Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_ThatIsLate_MayComeBeforeTheDecisionInMemory(bool comesBefore)
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        await plan.BreakAsync();
        var alice = new RateLimitPrincipal("user", "alice");
        if (comesBefore)
        {
            plan.Guarded.NoteCounted(alice, [3]);
        }

        await plan.TakeAsync(3);
        await plan.TakeAsync(2);
        if (!comesBefore)
        {
            plan.Guarded.NoteCounted(alice, [3]);
        }

        await MendedAsync(plan, 1);
        Assert.Equal([2L], plan.Store.Calls.Single(call => call.Kind == "adjust").Permits.ToArray());
    }

    [Fact]
    public async Task Permits_OfConcurrency_AreNotCharged()
    {
        using var plan = Create(Quota.FixedWindow("q", 8, Minute), Quota.Concurrency("c", 4));
        await plan.BreakAsync();
        await plan.TakeAsync(3);
        await MendedAsync(plan, 1);
        Assert.Equal([5, 4], (await plan.PeekAsync()).Statuses.ToArray().Select(status => status.Remaining));
    }

    [Fact]
    public async Task Charges_OfManyCallersOnThreads_AreExact()
    {
        const int Callers = 50, Threads = 8, Requests = 400;
        using var plan = Create(Quota.FixedWindow("q", 100_000, Minute));
        await plan.BreakAsync();
        var taken = new int[Callers];
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < Requests; i++)
            {
                var caller = (thread + (i * 7)) % Callers;
                Assert.True((await plan.TakeAsync(1 + (i % 3), $"caller {caller}")).IsAcquired);
                Interlocked.Add(ref taken[caller], 1 + (i % 3));
            }
        })));
        await MendedAsync(plan, Callers);
        for (var caller = 0; caller < Callers; caller++)
        {
            Assert.Equal(100_000 - taken[caller], (await plan.PeekAsync($"caller {caller}")).Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task Charges_OfSeveralPlans_AreTogetherSixteenCallsAtOnce()
    {
        const int Callers = 20;
        using var plan = Create(Quota.FixedWindow("q", 8, Minute));
        var context = TestPlan.Create(plan.Clock, TestPlan.Define("other", Quota.FixedWindow("q", 8, Minute)) with { ChargeAfterOutage = true });
        using var other = new GuardedPartitions(plan.Guard, plan.Store.CreatePartitions(context), context);
        await plan.BreakAsync();
        long[] onePermit = [1];
        for (var i = 0; i < Callers; i++)
        {
            await plan.TakeAsync(id: $"caller {i}");
            await other.AcquireAsync(new AcquireArguments(new RateLimitPrincipal("user", $"caller {i}"), onePermit, default), new RateLimitDecision());
        }

        var (sync, running, most) = (new Lock(), 0, 0);
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        plan.Store.Answer = async call =>
        {
            if (call.Kind != "check")
            {
                lock (sync)
                {
                    most = Math.Max(most, ++running);
                }

                await mayAnswer.Task;
                lock (sync)
                {
                    running--;
                }
            }

            await call.Count();
        };
        await plan.RecoverAsync();
        await Eventually.IsTrueAsync(() => Volatile.Read(ref running) >= 16, "The charges do not begin.");
        mayAnswer.SetResult();
        await Eventually.IsTrueAsync(() => other.Settlement?.IsCompleted is not false, "The charges come to no end.");
        await SettledAsync(plan, 2 * Callers);
        Assert.Equal(16, most);
    }

    private static Quota QuotaOf(string algorithm, int limit) => algorithm switch
    {
        "window" => Quota.FixedWindow("q", limit, Minute),
        "sliding" => Quota.SlidingWindow("q", limit, Minute),
        _ => Quota.TokenBucket("q", limit, limit * Minute),
    };

    /// <summary>Mends the store, and waits until as many charges have been made, and no more.</summary>
    private static async Task MendedAsync(TestedPlan plan, int charges)
    {
        await plan.MendAsync();
        await SettledAsync(plan, charges);
    }

    /// <summary>Waits until as many charges have been made, and no more.</summary>
    private static async Task SettledAsync(TestedPlan plan, int charges)
    {
        await Eventually.IsTrueAsync(() => plan.Guarded.Settlement?.IsCompleted is not false, "The charges come to no end.");
        Assert.Equal(charges, plan.Store.Calls.Count(call => call.Kind == "adjust"));
    }

    private static TestedPlan Create(params Quota[] quotas) => Create(charges: true, nodes: 1, quotas);

    private static TestedPlan Create(bool charges, int nodes, params Quota[] quotas)
    {
        var store = new ScriptedStore();
        store.Options.Nodes = nodes;
        store.Options.RememberRejections = false;
        return new TestedPlan(store, TestPlan.Define("api", quotas) with { ChargeAfterOutage = charges });
    }
}
