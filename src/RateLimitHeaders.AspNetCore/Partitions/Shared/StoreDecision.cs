namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// What is kept of a decision of a store (<see cref="RateLimitDecision.State"/>). Decisions without it were made by this
/// server alone, while the store could not count.
/// </summary>
internal class StoreDecision(RateLimitDecision answer, HeldPermits? held = null)
{
    /// <summary>
    /// Gets or sets what the store answered last, in a decision of its own: an answer after the deadline may still be written
    /// into one, but then into another.
    /// </summary>
    public RateLimitDecision Answer { get; set; } = answer;

    /// <summary>Gets the permits that the request holds in the store; <see langword="null"/> for none.</summary>
    public HeldPermits? Held => held;
}
