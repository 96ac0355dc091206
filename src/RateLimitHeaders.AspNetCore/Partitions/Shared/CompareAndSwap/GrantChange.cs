namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Gives permits back to a caller, whatever requests took them; of buckets, no more than is owed in addition to batches of servers.
/// </summary>
internal sealed class GrantChange(StatePlan plan, ReadOnlyMemory<long> permits) : StateChange
{
    public override bool Apply(CallerState state, long now)
    {
        if (state.IsNew)
        {
            return false;
        }

        var granted = permits.ToArray();
        var atMost = StateTime.KeepHeld(plan, state, now);
        for (var i = 0; i < granted.Length; i++)
        {
            granted[i] = Math.Min(granted[i], atMost[i]);
        }

        plan.Quotas.Grant(state.Words, now, granted);
        StateTime.KeepHeld(plan, state, now);
        return true;
    }
}
