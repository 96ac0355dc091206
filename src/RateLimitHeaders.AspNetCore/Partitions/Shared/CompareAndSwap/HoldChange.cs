namespace RateLimitHeaders.AspNetCore;

/// <summary>Renews the permits that a request holds, or gives them back.</summary>
/// <param name="plan">The plan.</param>
/// <param name="number">The number of the request.</param>
/// <param name="permits">The permits that it continues to hold, even if they had come back in the meantime; 0 to give them back.</param>
internal sealed class HoldChange(StatePlan plan, long number, long permits) : StateChange
{
    public override bool Apply(CallerState state, long now)
    {
        var isHeld = state.Holds.RemoveAll(hold => hold.Number == number) > 0;
        if (permits > 0)
        {
            state.Holds.Add(new StoredHold(number, permits, now + plan.HoldTime));
        }

        StateTime.Open(plan, state, now);
        return isHeld || permits > 0;
    }
}
