namespace RateLimitHeaders.AspNetCore;

/// <summary>Forgets what a caller has used, and the batches that servers hold, but not what its running requests hold.</summary>
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

        // What was charged until now is gone, and comes back to no other request.
        state.Born = now + 1;
        return true;
    }
}
