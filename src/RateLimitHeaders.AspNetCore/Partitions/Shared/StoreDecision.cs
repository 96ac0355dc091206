namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The data that is kept of a decision of a store (<see cref="RateLimitDecision.State"/>). Decisions without it were made by this
/// server alone, while the store could not count.
/// </summary>
internal sealed class StoreDecision(RateLimitDecision answer, HeldPermits? held = null)
{
    /// <summary>
    /// Gets or sets the store's last answer, in a decision of its own, so that an answer after the deadline is written
    /// into another one.
    /// </summary>
    public RateLimitDecision Answer { get; set; } = answer;

    /// <summary>
    /// Gets or sets a decision in memory with the permits that were charged to the request in an outage after this decision;
    /// <see langword="null"/> for none.
    /// </summary>
    public RateLimitDecision? InOutage { get; set; }

    /// <summary>Gets the permits that the request holds in the store; <see langword="null"/> for none.</summary>
    public HeldPermits? Held => held;
}
