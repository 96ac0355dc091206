namespace RateLimitHeaders.AspNetCore;

/// <summary>One calendar window, by the wall clock.</summary>
public sealed class CalendarSpan
{
    internal CalendarSpan(long start, long end, QuotaDescription description)
    {
        Start = start;
        End = end;
        Description = description;
    }

    /// <summary>Gets the moment at which the window begins, in ticks of 100 ns since the Unix epoch.</summary>
    public long Start { get; }

    /// <summary>Gets the moment at which the window ends and the next one begins, in ticks of 100 ns since the Unix epoch.</summary>
    public long End { get; }

    /// <summary>Gets the description of the quota, with the length of this window.</summary>
    public QuotaDescription Description { get; }

    internal bool Contains(long moment) => moment >= Start && moment < End;
}
