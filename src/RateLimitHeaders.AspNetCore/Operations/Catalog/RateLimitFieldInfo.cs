namespace RateLimitHeaders.AspNetCore;

/// <summary>A header field that responses under a plan carry.</summary>
public sealed class RateLimitFieldInfo
{
    internal RateLimitFieldInfo(
        string name, RateLimitFieldFamily? family, RateLimitFieldMeaning meaning, RateLimitFieldFormat format, IetfDraft draft, HeadersWhen when)
    {
        Name = name;
        Family = family;
        Meaning = meaning;
        Format = format;
        Draft = draft;
        When = when;
    }

    /// <summary>Gets the name, as responses carry it.</summary>
    public string Name { get; }

    /// <summary>Gets the family; <see langword="null"/> for the field with the reason of a rejection.</summary>
    public RateLimitFieldFamily? Family { get; }

    /// <summary>Gets the meaning of the field.</summary>
    public RateLimitFieldMeaning Meaning { get; }

    /// <summary>Gets the format of the value.</summary>
    public RateLimitFieldFormat Format { get; }

    /// <summary>Gets the draft that defines the field; <see cref="IetfDraft.None"/> for fields of other families and the reason.</summary>
    public IetfDraft Draft { get; }

    /// <summary>
    /// Gets which responses carry the field. A response omits it if its value is not known, such as a limit that a limiter of the
    /// application does not report, and as described for <see cref="HeadersOptions.ResetOnOtherErrors"/>.
    /// </summary>
    public HeadersWhen When { get; }
}
