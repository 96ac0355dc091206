namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The difference of a token bucket: tokens come back one after the other.</summary>
/// <param name="limit">The tokens of a full bucket.</param>
/// <param name="token">The time in which one comes back.</param>
internal sealed class ContinuousBucket(int limit, TimeSpan token) : StockModel
{
    // The time until the bucket is full.
    private TimeSpan _owed;
    private TimeSpan _last;

    public override bool TryTake(TimeSpan now)
    {
        var owed = _owed - (now - _last);
        owed = owed > TimeSpan.Zero ? owed : TimeSpan.Zero;
        if (owed + token > limit * token)
        {
            return false;
        }

        (_owed, _last) = (owed + token, now);
        return true;
    }
}
