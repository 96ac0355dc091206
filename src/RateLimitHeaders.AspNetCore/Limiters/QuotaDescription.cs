namespace RateLimitHeaders.AspNetCore;

/// <summary>What a caller may know of a quota whatever the moment: its name, its window and its unit.</summary>
public sealed class QuotaDescription
{
    internal QuotaDescription(string name, TimeSpan? window, string unit, bool isConcurrency = false)
    {
        Name = name;
        QuotedName = StructuredText.Quote(name);
        Window = window;
        Unit = unit;
        IsConcurrency = isConcurrency;
    }

    /// <summary>Gets the quota's name, which identifies it in the <c>RateLimit</c> field and in a refusal's <c>violated-policies</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Gets the time in which the whole quota is allocated once; <see langword="null"/> for a concurrency quota and where
    /// a foreign limiter does not tell.
    /// </summary>
    public TimeSpan? Window { get; }

    /// <summary>
    /// Gets the quota unit as the IETF draft registers it ("Quota Unit Parameter"): <c>requests</c> (the default),
    /// <c>content-bytes</c> or <c>concurrent-requests</c>.
    /// </summary>
    public string Unit { get; }

    internal bool IsConcurrency { get; }

    /// <summary>Gets the name as the <c>RateLimit</c> field prints it.</summary>
    internal string QuotedName { get; }
}
