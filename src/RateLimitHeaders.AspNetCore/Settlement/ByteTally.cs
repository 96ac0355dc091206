namespace RateLimitHeaders.AspNetCore;

/// <summary>The bytes of one content, counted by all threads that write or read it.</summary>
internal sealed class ByteTally
{
    private long _bytes;

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Returns the bytes since the last call.</summary>
    public long Take() => Interlocked.Exchange(ref _bytes, 0);
}
