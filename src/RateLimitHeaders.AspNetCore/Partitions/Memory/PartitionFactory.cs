using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes the partitions of a plan: compact ones where what they count is small enough.</summary>
internal static class PartitionFactory
{
    private const int WordsOfAWindow = 3;
    private const int WordsOfABucket = 6;

    public static MemoryPartition Create(QuotaSet quotas) => quotas switch
    {
        // Requests may wait for its permits, which takes more than counts.
        { HasConcurrency: true } => new StandardPartition(quotas),
        { StateLength: WordsOfAWindow } => new CompactPartition<WindowWords>(quotas),
        { StateLength: WordsOfABucket } => new CompactPartition<BucketWords>(quotas),
        _ => new StandardPartition(quotas),
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
