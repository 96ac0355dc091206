namespace RateLimitHeaders.AspNetCore;

/// <summary>Charges an admitted request more, or gives permits back.</summary>
/// <param name="plan">The plan.</param>
/// <param name="arguments">The permits to charge, or to give back if negative, and the limits.</param>
/// <param name="decision">The decision.</param>
internal sealed class AdjustChange(StatePlan plan, AdjustArguments arguments, RateLimitDecision decision) : StateChange
{
    private readonly RateLimitDecision _before = decision.Copy();

    public override bool Apply(CallerState state, long now)
    {
        decision.CopyFrom(_before);
        var charge = (StateCharge)decision.State!;
        if (state.IsNew || state.Born > charge.At)
        {
            // Time or an operator has brought back the charged permits: none of the counts belong to this request.
            plan.Quotas.ForgetCharges(decision);
        }

        state.SetLimits(arguments.Limits.Span, state.IsNew ? LimitsOfDecision() : [], now);
        plan.Quotas.Adjust(state.Words, now, Returnable(state, now), decision);
        StateTime.KeepHeld(plan, state, now);
        plan.Quotas.Report(state.Words, now, decision);
        plan.Complete(state, now, decision);
        var permits = arguments.Permits;
        var charges = permits.Span.ContainsAnyInRange(1, long.MaxValue);
        decision.State = charges ? charge with { At = now } : charge;
        return charges || (!state.IsNew && permits.Span.ContainsAnyInRange(long.MinValue, -1));
    }

    /// <summary>Returns the limits under which the decision was made: if the state has ended since, the caller continues with its own.</summary>
    private double[] LimitsOfDecision()
    {
        var limits = decision.Limits();
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = limits[i] == plan.Quotas.Quotas[i].Limit ? double.NaN : limits[i];
        }

        return limits;
    }

    /// <summary>Returns the permits to charge and give back; for buckets, no more than is owed in addition to batches of servers.</summary>
    private ReadOnlySpan<long> Returnable(CallerState state, long now)
    {
        if (state.Batches.Count == 0)
        {
            return arguments.Permits.Span;
        }

        var atMost = StateTime.KeepHeld(plan, state, now);
        var limited = arguments.Permits.ToArray();
        for (var i = 0; i < limited.Length; i++)
        {
            limited[i] = Math.Max(limited[i], -atMost[i]);
        }

        return limited;
    }
}
