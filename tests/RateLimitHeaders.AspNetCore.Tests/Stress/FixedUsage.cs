namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is used of a fixed window.</summary>
internal sealed class FixedUsage(decimal limit, long window, bool isAligned) : UsageModel(limit, window)
{
    private long _end = long.MinValue;
    private decimal _used;

    protected override decimal Take(long at, long granted, long charged, IEnumerable<StressEvent> refunds)
    {
        if (at >= _end && granted + charged > 0)
        {
            _end = isAligned ? at - (at % Window) + Window : at + Window;
            _used = 0;
        }

        var used = _used + granted - refunds.Where(refund => at < _end && refund.Of >= _end - Window).Sum(refund => refund.Permits);
        _used = Math.Max(0, used + charged);
        return used;
    }
}
