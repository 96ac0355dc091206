namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the cost of every quota, or of none.</summary>
internal class AcquireChange(StatePlan plan, AcquireArguments arguments, RateLimitDecision decision, long number) : StateChange
{
    protected StatePlan Plan => plan;

    protected RateLimitDecision Decision => decision;

    public override bool Apply(CallerState state, long now)
    {
        var isChanged = state.SetLimits(arguments.Limits.Span, arguments.InitialLimits.Span, now) && !state.IsNew;
        plan.Quotas.Acquire(state.Words, now, arguments.Costs.Span, decision);
        if (decision.IsAcquired && arguments.Costs.Span.ContainsAnyInRange(1, long.MaxValue))
        {
            isChanged = true;
            if (number != 0)
            {
                state.Holds.Add(new StoredHold(number, decision.Marks[plan.Concurrency].Permits, now + plan.HoldTime));
            }
        }

        decision.HoldsPermits = decision.IsAcquired && number != 0;
        decision.State = new StateCharge(number, now);
        plan.Complete(state, now, decision);
        return isChanged;
    }
}
