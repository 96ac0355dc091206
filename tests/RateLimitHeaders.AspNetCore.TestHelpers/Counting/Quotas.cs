namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>One quota of each algorithm, for tests that say the same of all.</summary>
internal static class Quotas
{
    public static Quota[] Each(double limit) => [Of(0, limit, Minute), Of(1, limit, Minute), Of(2, limit, Minute)];

    /// <summary>Gets the quota of an algorithm by its number: a fixed window, a sliding window and a token bucket.</summary>
    public static Quota Of(int algorithm, double limit, TimeSpan window) => algorithm switch
    {
        0 => Quota.FixedWindow("q", limit, window),
        1 => Quota.SlidingWindow("q", limit, window),
        _ => Quota.TokenBucket("q", limit, window),
    };

    /// <summary>Gets the quota of an algorithm by its name; an aligned one is a fixed window of the clock.</summary>
    public static Quota Of(string algorithm, double limit, TimeSpan window) => algorithm switch
    {
        "fixed" => Quota.FixedWindow("q", limit, window),
        "aligned" => Quota.FixedWindow("q", limit, window, alignToClock: true),
        "sliding" => Quota.SlidingWindow("q", limit, window),
        _ => Quota.TokenBucket("q", limit, window),
    };
}
