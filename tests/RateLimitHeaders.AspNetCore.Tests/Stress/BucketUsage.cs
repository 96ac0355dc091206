namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is missing from a token bucket.</summary>
internal sealed class BucketUsage(decimal limit, long window) : UsageModel(limit, window)
{
    private long _at;
    private decimal _missing;

    protected override decimal Take(long at, long granted, long charged, IEnumerable<StressEvent> refunds)
    {
        var refilled = Math.Max(0, _missing - ((at - _at) * Limit / Window));
        var missing = refilled + granted - refunds.Sum(refund => refund.Permits);
        _missing = Math.Max(0, missing + charged);
        _at = at;
        return missing;
    }
}
