namespace RateLimitHeaders.AspNetCore;

/// <summary>The constant properties of a quota that a caller may know: its name, its window and its unit.</summary>
public sealed class QuotaDescription
{
    /// <summary>Creates the description of a quota of a limiter of the application, for the <see cref="QuotaMetadata.Statuses"/> of its leases.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="window">The time in which the whole quota is allocated once; <see langword="null"/> for none.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public QuotaDescription(string name, TimeSpan? window, string unit = QuotaUnits.Requests)
        : this(name, window, unit, isConcurrency: unit == QuotaUnits.ConcurrentRequests)
    {
        QuotaRules.ThrowIfAny(name, QuotaRules.Window(name, null, window ?? QuotaRules.MaxWindow, unit));
    }

    internal QuotaDescription(string name, TimeSpan? window, string unit, bool isConcurrency, bool isRefilled = false)
    {
        Name = name;
        QuotedName = StructuredText.Quote(name ?? string.Empty);
        Window = window;
        Unit = unit;
        IsConcurrency = isConcurrency;
        IsRefilled = isRefilled;
    }

    /// <summary>Gets the quota's name, which identifies it in the <c>RateLimit</c> field and in a rejection's <c>violated-policies</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Gets the time in which the whole quota is allocated once; <see langword="null"/> for a concurrency quota, or if
    /// a limiter of the application does not report it.
    /// </summary>
    public TimeSpan? Window { get; }

    /// <summary>
    /// Gets the quota unit: one of those that the IETF draft registers ("Quota Unit Parameter"), which are <c>requests</c> (the default),
    /// <c>content-bytes</c> and <c>concurrent-requests</c>, or a unit of the application.
    /// </summary>
    public string Unit { get; }

    internal bool IsConcurrency { get; }

    /// <summary>Gets a value indicating whether permits come back one by one, as those of a bucket, and not at the end of a window.</summary>
    internal bool IsRefilled { get; }

    /// <summary>Returns whether a text is the name or the unit of the quota.</summary>
    internal bool Is(string nameOrUnit) => Name == nameOrUnit || Unit == nameOrUnit;

    /// <summary>Gets the name as the <c>RateLimit</c> field contains it.</summary>
    internal string QuotedName { get; }
}
