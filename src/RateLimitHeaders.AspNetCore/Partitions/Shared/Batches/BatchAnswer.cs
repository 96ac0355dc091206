namespace RateLimitHeaders.AspNetCore;

/// <summary>A store's answer about a caller.</summary>
/// <param name="Decision">The answer.</param>
/// <param name="Order">The order of the call among all calls of the plan, which distinguishes events in one moment of the store's clock.</param>
internal sealed record BatchAnswer(RateLimitDecision Decision, long Order)
{
    public bool IsBefore(BatchAnswer other) => Decision.StoreTime < other.Decision.StoreTime
        || (Decision.StoreTime == other.Decision.StoreTime && Order < other.Order);
}
