namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Estimates what the clock of Redis shows: what this server's clock shows, until an answer has told how far the two are apart.
/// </summary>
/// <param name="clock">The clock of this server.</param>
internal sealed class StoreClock(RateLimitClock clock)
{
    private long _ahead;

    /// <summary>Gets the present by the clock of Redis, in ticks since the Unix epoch.</summary>
    public long Now => clock.Now + Volatile.Read(ref _ahead);

    /// <summary>Takes note of the clock of Redis.</summary>
    /// <param name="ticks">What it showed, in ticks since the Unix epoch.</param>
    public void Learn(long ticks) => Volatile.Write(ref _ahead, ticks - clock.Now);
}
