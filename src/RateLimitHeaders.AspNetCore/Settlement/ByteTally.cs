namespace RateLimitHeaders.AspNetCore;

/// <summary>The bytes of one content, added up by whatever threads write or read it.</summary>
internal sealed class ByteTally
{
    private long _bytes;

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Gets the bytes since it was asked last.</summary>
    public long Take() => Interlocked.Exchange(ref _bytes, 0);
}
