namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Estimates the time of Redis' clock: the time of this server's clock, until an answer has shown the difference between the two.
/// </summary>
/// <param name="clock">The clock of this server.</param>
internal sealed class StoreClock(RateLimitClock clock)
{
    private long _ahead;

    /// <summary>Gets the present moment by the clock of Redis, in ticks since the Unix epoch.</summary>
    public long Now => clock.Now + Volatile.Read(ref _ahead);

    /// <summary>Records the time of Redis' clock.</summary>
    /// <param name="ticks">The time, in ticks since the Unix epoch.</param>
    public void Record(long ticks) => Volatile.Write(ref _ahead, ticks - clock.Now);
}
