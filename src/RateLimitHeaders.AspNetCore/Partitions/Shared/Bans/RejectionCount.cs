namespace RateLimitHeaders.AspNetCore;

/// <summary>How many requests of a caller this server has rejected, of late.</summary>
/// <param name="until">The moment until which they count, as <see cref="RateLimitClock.Now"/> counts.</param>
internal sealed class RejectionCount(long until)
{
    private int _count;

    public bool IsOver(long now) => now >= until;

    /// <summary>Counts one more.</summary>
    /// <returns>How many there are.</returns>
    public int Add() => Interlocked.Increment(ref _count);
}
