namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Permits that were taken at a moment, and that time brings back.</summary>
internal sealed class ModelCharge(long expires, int permits)
{
    public long Expires => expires;

    public int Permits { get; private set; } = permits;

    public void Refund(long now, int permits) => Permits -= now < expires ? Math.Min(Permits, permits) : 0;
}
