namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes into decisions what is known of the moment, rather than of quotas.</summary>
internal static class StateDecision
{
    /// <summary>Tells when a decision was made: by this server's clock, and by the time that all servers count at.</summary>
    public static void Tell(StatePlan plan, CallerState state, long now, RateLimitDecision decision)
    {
        decision.TakenAt = plan.Context.Clock.Now;
        decision.StoreTime = DateTimeOffset.UnixEpoch.AddTicks(now);
        decision.Batch = new BatchTerms(0, TimeSpan.Zero, 0, StateTime.UntilLastBatchEnds(state, now));
    }
}
