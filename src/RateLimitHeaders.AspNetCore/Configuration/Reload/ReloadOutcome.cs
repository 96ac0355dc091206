namespace RateLimitHeaders.AspNetCore;

/// <summary>What came of configuration that has changed.</summary>
internal enum ReloadOutcome
{
    /// <summary>It is in force.</summary>
    Applied,

    /// <summary>It says what is in force already.</summary>
    Unchanged,

    /// <summary>It cannot work, and what was in force stays.</summary>
    Failed,
}
