namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Tokens come back at the end of each period.</summary>
/// <param name="limit">The tokens of a full bucket.</param>
/// <param name="tokens">The tokens of a period.</param>
/// <param name="period">The period.</param>
internal sealed class StockTokenBucket(int limit, int tokens, TimeSpan period) : StockModel
{
    private long _periods;
    private long _left = limit;

    public override bool TryTake(TimeSpan now)
    {
        var periods = now.Ticks / period.Ticks;
        _left = Math.Min(limit, _left + ((periods - _periods) * tokens));
        _periods = periods;
        return _left > 0 && _left-- > 0;
    }
}
