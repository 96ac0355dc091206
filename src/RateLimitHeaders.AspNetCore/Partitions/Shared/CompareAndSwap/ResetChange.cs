namespace RateLimitHeaders.AspNetCore;

/// <summary>Clears what a caller has used, and the batches that servers hold, but not the permits that its running requests hold.</summary>
internal sealed class ResetChange(StatePlan plan) : StateChange
{
    public override bool Apply(CallerState state, long now)
    {
        if (state.IsNew)
        {
            return false;
        }

        plan.Quotas.ClearCounts(state.Words);
        state.Batches.Clear();
        state.Others.Clear();

        // Earlier charges are cleared, and do not come back for another request.
        state.Born = now + 1;
        return true;
    }
}
