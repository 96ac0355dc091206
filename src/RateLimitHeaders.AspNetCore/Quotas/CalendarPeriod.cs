namespace RateLimitHeaders.AspNetCore;

/// <summary>The lengths that a calendar window can have. Each window begins at midnight in the quota's time zone.</summary>
public enum CalendarPeriod
{
    /// <summary>A day, of 23 or 25 hours where the clocks change.</summary>
    Day,

    /// <summary>A week, which begins on Monday unless the quota sets another day.</summary>
    Week,

    /// <summary>A month, of 28 to 31 days.</summary>
    Month,

    /// <summary>A year, of 365 or 366 days.</summary>
    Year,
}
