namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Random plans and callers, whose every status must be what the plainest count says.</summary>
public abstract class ReferenceModelTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    private static readonly string[] s_windows = LastUse > TimeSpan.Zero
        ? [RandomQuota.Fixed, RandomQuota.Aligned]
        : [RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Sliding];

    [Fact]
    public Task Statuses_OfRandomPlans_AreThoseOfTheModel() => CheckAsync(
        History.OfWhole(Step, HoldsPermits ? s_windows : [.. s_windows, RandomQuota.Bucket]),
        history => PlayAsync(history, withRefundsAndLimits: false));

    [Fact]
    public Task Statuses_OfRandomWindowsWithRefundsAndLimitChanges_AreThoseOfTheModel() => CheckAsync(
        History.OfWhole(Step, s_windows),
        history => PlayAsync(history, withRefundsAndLimits: true));

    private async Task PlayAsync(History history, bool withRefundsAndLimits)
    {
        var clock = new ManualTimeProvider();
        var caller = Caller(clock, history.CreateQuotas());
        caller.RepeatsLimits = true;
        QuotaModel[] models = [.. history.Quotas.Select(quota => QuotaModel.Of(quota, SegmentParts))];
        long Now() => RateLimitClock.UnixTicks(clock.GetUtcNow());
        string Expected() => string.Join("; ", models.Select((model, i) => Told(i, model.Says(Now()))));
        string Statuses(TestedDecision decision) => string.Join("; ", decision.Statuses.ToArray()
            .Select((s, i) => Told(i, $"{s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}")));

        // What is held may be all that the newest segment counts, once what was used of it was refunded.
        string Told(int quota, string says) => HoldsPermits && withRefundsAndLimits && history.Quotas[quota].Algorithm == RandomQuota.Sliding
            ? says[..says.IndexOf(", all", StringComparison.Ordinal)]
            : says;

        foreach (var step in history.Steps)
        {
            clock.Advance(history.WaitOf(step));
            Assert.Equal(Expected(), Statuses(await caller.PeekAsync()));

            var cost = history.CostOf(step);
            long?[] moments = [.. models.Select(model => model.FitsAt(Now(), cost))];
            var decision = await caller.TakeAsync(cost);
            Assert.Equal(moments.All(moment => moment == Now()), decision.IsAcquired);
            Assert.Equal(decision.IsAcquired || moments.Contains(null) ? null : new TimeSpan((moments.Max() - Now())!.Value), decision.RetryAfter);
            ModelCharge[] charges = decision.IsAcquired ? [.. models.Select(model => model.Charge(Now(), cost))] : [];
            Assert.Equal(Expected(), Statuses(decision));

            switch ((step.Ticks + step.Size) % 5)
            {
                case 0 when decision.IsAcquired:
                    await decision.ChargeAsync(1 + (step.Size % 7));
                    Array.ForEach(models, model => model.Charge(Now(), 1 + (step.Size % 7)));
                    break;
                case 1 when withRefundsAndLimits && decision.IsAcquired:
                    clock.Advance(history.WaitOf(step));
                    await decision.RefundAsync(1 + (step.Size % 7));
                    Array.ForEach(charges, charge => charge.Refund(Now(), 1 + (step.Size % 7)));
                    break;
                case 2 when withRefundsAndLimits:
                    var which = step.Size % models.Length;
                    models[which].Limit = Math.Max(history.Quotas[which].LimitIn64ths / 64, step.Size);
                    await caller.SetLimitAsync(models[which].Limit, which);
                    continue;
                default:
                    continue;
            }

            Assert.Equal(Expected(), Statuses(decision));
        }
    }
}
