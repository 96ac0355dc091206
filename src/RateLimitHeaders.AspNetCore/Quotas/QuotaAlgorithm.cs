namespace RateLimitHeaders.AspNetCore;

/// <summary>The algorithms that count quotas. The numbers are part of the keys and states in stores, and never change.</summary>
public enum QuotaAlgorithm
{
    /// <summary>Permits per window, which ends for all of them at once.</summary>
    FixedWindow = 1,

    /// <summary>Permits in any period of the window's length, counted in segments.</summary>
    SlidingWindow = 2,

    /// <summary>Tokens that are refilled continuously.</summary>
    TokenBucket = 3,

    /// <summary>Permits that are held while a request runs.</summary>
    Concurrency = 4,

    /// <summary>Permits per calendar day, week, month or year in a time zone.</summary>
    CalendarWindow = 5,
}
