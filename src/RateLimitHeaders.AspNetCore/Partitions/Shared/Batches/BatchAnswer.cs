namespace RateLimitHeaders.AspNetCore;

/// <summary>What a store answered about a caller.</summary>
/// <param name="Decision">The answer.</param>
/// <param name="Order">The place of the call among all calls of the plan, which tells apart what happened in one moment of the store's clock.</param>
internal sealed record BatchAnswer(RateLimitDecision Decision, long Order)
{
    public bool IsBefore(BatchAnswer other) => Decision.StoreTime < other.Decision.StoreTime
        || (Decision.StoreTime == other.Decision.StoreTime && Order < other.Order);
}
