using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Chooses the limiter for the partitions of a plan: a compact one where what it counts is small enough.</summary>
internal static class LimiterFactory
{
    private const int WordsOfAWindow = 3;
    private const int WordsOfABucket = 4;

    public static QuotaRateLimiter Create(QuotaSet quotas) => quotas switch
    {
        // Its leases give permits back, which takes more than counts.
        { Concurrency: not null } => new StandardQuotaRateLimiter(quotas),
        { StateLength: WordsOfAWindow } => new CompactQuotaRateLimiter<WindowWords>(quotas),
        { StateLength: WordsOfABucket } => new CompactQuotaRateLimiter<BucketWords>(quotas),
        _ => new StandardQuotaRateLimiter(quotas),
    };

    [InlineArray(WordsOfAWindow)]
    private struct WindowWords
    {
        private long _first;
    }

    [InlineArray(WordsOfABucket)]
    private struct BucketWords
    {
        private long _first;
    }
}
