namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings for taking permits of hot callers in batches, which this server then uses from memory.</summary>
public sealed class LocalBatchOptions
{
    /// <summary>Gets or sets the largest number of permits of one caller that a server holds, from 2 to 100,000; the default is 4,000.</summary>
    public int MaxBatch { get; set; } = 4_000;

    /// <summary>Gets or sets the longest time for which a server holds permits, from 10 ms to a minute; the default is 1 s.</summary>
    /// <remarks>
    /// A sliding window counts the permits of a batch as taken at the end of this time, because they may be used until then. The
    /// times that it reports are longer by this time, and only here a wait may be longer than the window.
    /// </remarks>
    public TimeSpan HoldTime { get; set; } = TimeSpan.FromSeconds(1);
}
