namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>All permits come back at the end of a window.</summary>
/// <param name="limit">The permits of a window.</param>
/// <param name="window">The length of a window.</param>
/// <param name="opensWithRequest">The difference: whether a window opens with the first request after the last one, and does not follow it.</param>
internal sealed class StockFixedWindow(int limit, TimeSpan window, bool opensWithRequest) : StockModel
{
    private TimeSpan _start;
    private int _used;

    public override bool TryTake(TimeSpan now)
    {
        if (now - _start >= window)
        {
            _start = opensWithRequest ? now : now - TimeSpan.FromTicks((now - _start).Ticks % window.Ticks);
            _used = 0;
        }

        return _used < limit && ++_used > 0;
    }
}
