namespace RateLimitHeaders.AspNetCore;

/// <summary>The fields of an IETF draft.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Prefix">The prefix of the names of the fields; empty for none.</param>
/// <param name="PartitionKeySecret">The key of the hash in <c>pk</c>; <see langword="null"/> if there is no <c>pk</c>.</param>
internal sealed record IetfSettings(IetfDraft Draft, string Prefix, EquatableList<byte>? PartitionKeySecret)
{
    /// <summary>Gets the whole names of the fields.</summary>
    public IEnumerable<string> Names => NamesOf(Draft).Select(NameOf);

    /// <summary>Gets the fields that a draft defines, and their meanings.</summary>
    public static (string Name, RateLimitFieldMeaning Meaning, RateLimitFieldFormat Format)[] FieldsOf(IetfDraft draft) => draft switch
    {
        IetfDraft.None => [],
        IetfDraft.Draft06 =>
        [
            ("RateLimit-Limit", RateLimitFieldMeaning.Limit, RateLimitFieldFormat.WholeNumber),
            ("RateLimit-Remaining", RateLimitFieldMeaning.Remaining, RateLimitFieldFormat.WholeNumber),
            ("RateLimit-Reset", RateLimitFieldMeaning.Reset, RateLimitFieldFormat.DeltaSeconds),
            ("RateLimit-Policy", RateLimitFieldMeaning.Quotas, RateLimitFieldFormat.StructuredList),
        ],
        IetfDraft.Draft07 =>
        [
            ("RateLimit", RateLimitFieldMeaning.Statuses, RateLimitFieldFormat.StructuredDictionary),
            ("RateLimit-Policy", RateLimitFieldMeaning.Quotas, RateLimitFieldFormat.StructuredList),
        ],
        _ =>
        [
            ("RateLimit", RateLimitFieldMeaning.Statuses, RateLimitFieldFormat.StructuredList),
            ("RateLimit-Policy", RateLimitFieldMeaning.Quotas, RateLimitFieldFormat.StructuredList),
        ],
    };

    /// <summary>Gets the names of the fields that a draft defines.</summary>
    public static IEnumerable<string> NamesOf(IetfDraft draft) => FieldsOf(draft).Select(field => field.Name);

    /// <summary>Gets the whole name of a field.</summary>
    public string NameOf(string field) => Prefix + field;
}
