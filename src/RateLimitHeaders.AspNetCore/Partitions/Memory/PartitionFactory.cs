using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes the partitions of a plan: compact ones where what they count is small enough.</summary>
internal static class PartitionFactory
{
    private const int WordsOfAWindow = 3;
    private const int WordsOfABucket = 6;

    // Two cache lines, since processors fetch them in pairs.
    private const int Gap = 128;

    /// <param name="quotas">The quotas of the plan.</param>
    /// <param name="isSpaced">
    /// Whether to keep a distance from other partitions, which few partitions do: threads with different callers then do not
    /// wait for each other's cache lines. Among very many, two neighbors are seldom asked at the same time.
    /// </param>
    public static MemoryPartition Create(QuotaSet quotas, bool isSpaced) => quotas switch
    {
        // Requests may wait for its permits, which takes more than counts.
        { HasConcurrency: true } => new StandardPartition(quotas),
        { StateLength: WordsOfAWindow } => CreateCompact<WindowWords>(quotas, isSpaced),
        { StateLength: WordsOfABucket } => CreateCompact<BucketWords>(quotas, isSpaced),
        _ => new StandardPartition(quotas),
    };

    private static CompactPartition<TWords> CreateCompact<TWords>(QuotaSet quotas, bool isSpaced)
        where TWords : struct =>
        isSpaced ? new SpacedPartition<TWords>(quotas, new byte[Gap]) : new CompactPartition<TWords>(quotas);

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
