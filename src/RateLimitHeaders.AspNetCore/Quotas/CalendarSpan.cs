namespace RateLimitHeaders.AspNetCore;

/// <summary>One calendar window, in ticks since the Unix epoch by the wall clock.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends, and the next one begins.</param>
/// <param name="Description">The quota's description, with the length of this window.</param>
internal sealed record CalendarSpan(long Start, long End, QuotaDescription Description)
{
    public bool Contains(long moment) => moment >= Start && moment < End;
}
