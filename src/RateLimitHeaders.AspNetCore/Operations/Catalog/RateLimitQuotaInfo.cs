namespace RateLimitHeaders.AspNetCore;

/// <summary>A quota of a plan that is in force.</summary>
public sealed class RateLimitQuotaInfo
{
    internal RateLimitQuotaInfo(QuotaDefinition definition)
    {
        Name = definition.Quota.Description.Name;
        Algorithm = definition.Quota.Shape.Algorithm;
        Limit = definition.Limit is null ? definition.Quota.Limit : null;
        Window = definition.Quota.Description.Window;
        Period = (definition.Quota as CalendarWindowQuota)?.Period;
        TimeZone = (definition.Quota as CalendarWindowQuota)?.TimeZone;
        Unit = definition.Quota.Description.Unit;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the algorithm.</summary>
    public QuotaAlgorithm Algorithm { get; }

    /// <summary>Gets the limit in quota units; <see langword="null"/> if it depends on the caller.</summary>
    public double? Limit { get; }

    /// <summary>
    /// Gets the time in which the whole limit is allocated once, for a calendar window the longest such time; <see langword="null"/> for a
    /// concurrency quota.
    /// </summary>
    public TimeSpan? Window { get; }

    /// <summary>Gets the length of a calendar window; <see langword="null"/> for other quotas.</summary>
    public CalendarPeriod? Period { get; }

    /// <summary>Gets the id of the time zone in which calendar windows begin; <see langword="null"/> for other quotas.</summary>
    public string? TimeZone { get; }

    /// <summary>Gets the quota unit, such as <see cref="QuotaUnits.Requests"/>.</summary>
    public string Unit { get; }
}
