namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of the <c>RateLimit</c> and <c>RateLimit-Policy</c> fields.</summary>
public sealed class IetfOptions
{
    /// <summary>Gets or sets the draft by which the fields are written; the default is none.</summary>
    public IetfDraft Draft { get; set; }

    /// <summary>
    /// Gets or sets the prefix of the names of the fields; empty by default. Atlassian announces limits that are not enforced
    /// yet with <c>Beta-</c>. Without a draft the prefix has no effect, which is an error.
    /// </summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets a value indicating whether draft -11 has <c>pk</c>, by which a caller can distinguish its partitions: a keyed
    /// hash (HMAC-SHA-256, 128 bits of it) of the policy, the token type and the id. The default is <see langword="false"/>.
    /// With another draft, or none, it has no effect, which is an error.
    /// </summary>
    public bool IncludePartitionKey { get; set; }

    /// <summary>
    /// Gets or sets the key of <c>pk</c>, 16 bytes or more; in configuration, as Base64. Servers that share the key write the same
    /// <c>pk</c>. By default each process generates a key; an empty one is an error.
    /// </summary>
    public byte[]? PartitionKeySecret { get; set; }

    /// <summary>
    /// Adds <c>pk</c>, as <see cref="IncludePartitionKey"/> does. Its key is <see cref="PartitionKeySecret"/> if that is set; otherwise each
    /// process generates one.
    /// </summary>
    /// <returns>These options.</returns>
    public IetfOptions PartitionKey()
    {
        IncludePartitionKey = true;
        return this;
    }

    /// <summary>Adds <c>pk</c>, as <see cref="IncludePartitionKey"/> and <see cref="PartitionKeySecret"/> do.</summary>
    /// <param name="secret">The key, 16 bytes or more; an empty one is an error. Servers that share the key write the same <c>pk</c>.</param>
    /// <returns>These options.</returns>
    public IetfOptions PartitionKey(ReadOnlyMemory<byte> secret)
    {
        PartitionKeySecret = secret.ToArray();
        return PartitionKey();
    }

    internal IetfOptions Copy() => (IetfOptions)MemberwiseClone();
}
