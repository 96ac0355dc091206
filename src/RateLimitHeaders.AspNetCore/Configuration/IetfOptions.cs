namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of the <c>RateLimit</c> and <c>RateLimit-Policy</c> fields.</summary>
public sealed class IetfOptions
{
    internal IetfOptions()
    {
    }

    internal bool HasPartitionKey { get; private set; }

    internal ReadOnlyMemory<byte> PartitionKeySecret { get; private set; }

    /// <summary>
    /// Adds <c>pk</c>, by which a caller can tell its partitions apart: a keyed hash (HMAC-SHA-256, 128 bits of it) of the
    /// policy, the token type and the id. Off by default.
    /// </summary>
    /// <param name="secret">
    /// The key, 16 bytes or more. Servers that share it print the same <c>pk</c>; by default each process makes one up.
    /// </param>
    /// <returns>These options.</returns>
    public IetfOptions PartitionKey(ReadOnlyMemory<byte> secret = default)
    {
        HasPartitionKey = true;
        PartitionKeySecret = secret;
        return this;
    }
}
