using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Random callers that charge, refund and change limits in any order get no token that the definition does not give.</summary>
public abstract class BucketLedgerTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    private const long OwnLimit = 12;

    // A token takes whole sixtieths of a minute with each of them.
    private static readonly long[] s_limits = [0, 1, 2, 3, 5, OwnLimit, 20, 60, 6_000, 60_000];

    /// <summary>What is done.</summary>
    public enum What
    {
        Take,
        Charge,
        Refund,
        SetLimit,
        Wait,
    }

    [Fact]
    public Task Tokens_AfterAnyTakesChargesRefundsAndLimits_AreNoMoreThanTheDefinitionGives() =>
        CheckAsync(mayRefund: true, (ledger, status) => Assert.True(
            status.Remaining <= ledger.Remaining, $"{status.Remaining} remain, and {ledger.Remaining} by definition"));

    [Fact]
    public Task Tokens_AfterAnyTakesChargesAndLimits_AreThoseOfTheDefinition() =>
        CheckAsync(mayRefund: false, (ledger, status) => Assert.InRange(status.Remaining, ledger.RemainingAtLeast, ledger.Remaining));

    private Task CheckAsync(bool mayRefund, Action<BucketLedger, QuotaStatus> check) => Task.Run(() =>
    {
        var replay = FSharpOption<Replay>.Some(new Replay(new Rnd(20_261_125, 1), FSharpOption<int>.None));
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Histories).WithReplay(replay),
            Prop.ForAll(Arb.From(Gen.ArrayOf(Steps(mayRefund), 40), Smaller), steps => PlayAsync(steps, check).GetAwaiter().GetResult()));
    });

    private static Gen<(What What, int Size, int Which)> Steps(bool mayRefund) =>
        from what in Gen.Elements(mayRefund ? Enum.GetValues<What>() : [What.Take, What.Charge, What.SetLimit, What.Wait])
        from size in Gen.Frequency((4, Gen.Choose(1, 12)), (1, Gen.Choose(100, 50_000)))
        from which in Gen.Choose(0, 99)
        select (what, size, which);

    private static IEnumerable<(What What, int Size, int Which)[]> Smaller((What What, int Size, int Which)[] steps) =>
        Enumerable.Range(0, steps.Length).Select(i => steps[..i].Concat(steps[(i + 1)..]).ToArray());

    private async Task PlayAsync((What What, int Size, int Which)[] steps, Action<BucketLedger, QuotaStatus> check)
    {
        var clock = new ManualTimeProvider();
        var caller = Caller(clock, Quota.TokenBucket("q", OwnLimit, Seconds(60)));
        caller.RepeatsLimits = true;
        var ledger = new BucketLedger(OwnLimit);
        var acquired = new List<TestedDecision>();
        foreach (var (what, size, which) in steps)
        {
            switch (what)
            {
                case What.Take:
                    var decision = await caller.TakeAsync(size);
                    Assert.True(!decision.IsAcquired || size <= ledger.Remaining, $"{size} admitted of {ledger.Remaining}");
                    if (decision.IsAcquired)
                    {
                        ledger.Charge(decision, size);
                        acquired.Add(decision);
                    }

                    break;
                case What.Charge when acquired.Count > 0:
                    await acquired[which % acquired.Count].ChargeAsync(size);
                    ledger.Charge(acquired[which % acquired.Count], size);
                    break;
                case What.Refund when acquired.Count > 0:
                    await acquired[which % acquired.Count].RefundAsync(size);
                    ledger.Refund(acquired[which % acquired.Count], size);
                    break;
                case What.SetLimit:
                    ledger.Limit = s_limits[which % s_limits.Length];
                    await caller.SetLimitAsync(ledger.Limit);
                    break;
                case What.Wait:
                    var seconds = which % 10 == 0 ? 60 * size : which % 15;
                    clock.Advance(Seconds(seconds));
                    ledger.Advance(seconds);
                    if (ledger.Owed == 0)
                    {
                        // A full bucket may be dropped, and with it the limit; a charge after that goes by the decision's own.
                        acquired.Clear();
                    }

                    break;
            }

            check(ledger, (await caller.PeekAsync()).Statuses[0]);
        }
    }
}
