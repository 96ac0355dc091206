namespace RateLimitHeaders.AspNetCore;

/// <summary>The fields of an IETF draft.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Prefix">What the names of the fields begin with; empty for nothing.</param>
/// <param name="PartitionKeySecret">
/// The key of the hash in <c>pk</c>; empty for one that this process makes up; <see langword="null"/> where there is no <c>pk</c>.
/// </param>
internal sealed record IetfSettings(IetfDraft Draft, string Prefix, EquatableList<byte>? PartitionKeySecret)
{
    /// <summary>Gets the names of the fields that are written.</summary>
    public IEnumerable<string> Names => Draft == IetfDraft.Draft06
        ? [NameOf("RateLimit-Limit"), NameOf("RateLimit-Remaining"), NameOf("RateLimit-Reset"), NameOf("RateLimit-Policy")]
        : [NameOf("RateLimit"), NameOf("RateLimit-Policy")];

    /// <summary>Gets the whole name of a field.</summary>
    public string NameOf(string field) => Prefix + field;
}
