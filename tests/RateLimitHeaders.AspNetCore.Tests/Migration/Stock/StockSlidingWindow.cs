namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The permits of a segment come back when as many further segments have begun as the window has.</summary>
internal sealed class StockSlidingWindow(int limit, TimeSpan segment, int segments) : StockModel
{
    private readonly Dictionary<long, int> _used = [];

    public override bool TryTake(TimeSpan now)
    {
        var current = now.Ticks / segment.Ticks;
        var used = _used.Where(pair => pair.Key > current - segments).Sum(pair => pair.Value);
        if (used >= limit)
        {
            return false;
        }

        _used[current] = _used.GetValueOrDefault(current) + 1;
        return true;
    }
}
