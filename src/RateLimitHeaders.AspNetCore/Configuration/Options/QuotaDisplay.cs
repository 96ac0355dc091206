namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Whether the header families that show one quota of a plan, <c>X-RateLimit-*</c> and the IETF drafts -06 and -07, show a certain
/// quota. The lists of draft -11 always contain all quotas.
/// </summary>
public enum QuotaDisplay
{
    /// <summary>
    /// The default: <c>X-RateLimit-*</c> shows the quota with the smallest share left, and the drafts -06 and -07 the one with the fewest
    /// permits left. A concurrency quota is shown only if it is violated, or the only one.
    /// </summary>
    Automatic,

    /// <summary>The quota is always shown, whatever is left of the others.</summary>
    Pinned,

    /// <summary>The quota is not shown, unless all quotas of the plan are hidden.</summary>
    Hidden,
}
