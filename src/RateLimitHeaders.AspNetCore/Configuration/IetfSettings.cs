namespace RateLimitHeaders.AspNetCore;

/// <summary>The fields of an IETF draft.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="PartitionKeySecret">The key of the hash in <c>pk</c>; <see langword="null"/> where there is no <c>pk</c>.</param>
internal sealed record IetfSettings(IetfDraft Draft, EquatableList<byte>? PartitionKeySecret)
{
    /// <summary>Gets the names of the fields that a draft defines.</summary>
    public static IEnumerable<string> NamesOf(IetfDraft draft) => draft switch
    {
        IetfDraft.None => [],
        IetfDraft.Draft06 => ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"],
        _ => ["RateLimit", "RateLimit-Policy"],
    };
}
