namespace RateLimitHeaders.AspNetCore;

/// <summary>What a <see cref="CompareAndSwapStore"/> keeps of a caller: some bytes that only the library understands.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="version">What the store tells this state from others by, such as a row version or an ETag.</param>
public sealed class StoredState(ReadOnlyMemory<byte> bytes, object? version = null)
{
    /// <summary>
    /// Gets the bytes, most often less than 200. A sliding window has 8 for each segment, and a concurrency quota 24 for each
    /// request that holds permits.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>
    /// Gets what the store tells this state from others by; <see langword="null"/> where it compares the <see cref="Bytes"/>,
    /// which is as good: two states with the same bytes are the same.
    /// </summary>
    public object? Version { get; } = version;
}
