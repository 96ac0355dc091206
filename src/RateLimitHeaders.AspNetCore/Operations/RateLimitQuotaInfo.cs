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
        Unit = definition.Quota.Description.Unit;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the algorithm.</summary>
    public QuotaAlgorithm Algorithm { get; }

    /// <summary>Gets the limit in quota units; <see langword="null"/> where it depends on the caller.</summary>
    public double? Limit { get; }

    /// <summary>Gets the time in which the whole limit is allocated once; <see langword="null"/> for a concurrency quota.</summary>
    public TimeSpan? Window { get; }

    /// <summary>Gets the quota unit, such as <see cref="QuotaUnits.Requests"/>.</summary>
    public string Unit { get; }
}
