namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Permits that were taken at a moment, and that time brings back.</summary>
internal sealed class ModelCharge(long expires, int permits, long segment = 0)
{
    /// <summary>Gets the segment of the clock in which they were taken.</summary>
    public long Segment => segment;

    /// <summary>Gets or sets the moment from which on they are not counted any more.</summary>
    public long Expires { get; set; } = expires;

    public int Permits { get; private set; } = permits;

    public void Refund(long now, int permits) => Permits -= now < Expires ? Math.Min(Permits, permits) : 0;
}
