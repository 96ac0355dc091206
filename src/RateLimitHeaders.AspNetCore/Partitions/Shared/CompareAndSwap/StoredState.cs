namespace RateLimitHeaders.AspNetCore;

/// <summary>The state of a caller in a <see cref="CompareAndSwapStore"/>: some bytes that only the library understands.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="version">A version by which the store distinguishes this state from others, such as a row version or an ETag.</param>
public sealed class StoredState(ReadOnlyMemory<byte> bytes, object? version = null)
{
    /// <summary>
    /// Gets the bytes: 89 for a plan with a fixed window, 185 for one with a sliding window of 12 segments. A sliding window has 8 for each segment,
    /// and a concurrency quota 24 for each request that holds permits.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>
    /// Gets the version by which the store distinguishes this state from others; <see langword="null"/> if it compares the <see cref="Bytes"/>,
    /// which is equivalent: two states with the same bytes are the same.
    /// </summary>
    public object? Version { get; } = version;
}
