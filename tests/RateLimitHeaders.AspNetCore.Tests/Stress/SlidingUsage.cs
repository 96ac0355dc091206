namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is used in the period of the window's length that ends now, both ends included.</summary>
internal sealed class SlidingUsage(decimal limit, long window) : UsageModel(limit, window)
{
    private readonly SortedDictionary<long, decimal> _taken = [];
    private decimal _used;

    protected override decimal Take(long at, long granted, long charged, IEnumerable<StressEvent> refunds)
    {
        while (_taken.Count > 0 && _taken.First() is var (oldest, permits) && oldest < at - Window)
        {
            _used -= permits;
            _taken.Remove(oldest);
        }

        Add(at, granted);
        foreach (var refund in refunds.Where(refund => refund.Of >= at - Window))
        {
            Add(refund.Of, -refund.Permits);
        }

        var used = _used;
        Add(at, charged);
        return used;
    }

    private void Add(long at, long permits)
    {
        _used += permits;
        _taken[at] = _taken.GetValueOrDefault(at) + permits;
    }
}
