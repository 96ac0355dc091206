namespace RateLimitHeaders.AspNetCore;

/// <summary>A plan that decides together with others.</summary>
/// <param name="Part">The index of its policy among the parts of a request.</param>
/// <param name="Plan">The plan.</param>
/// <param name="First">The index of its first quota among those of all; for a foreign plan, that of the first quota after all known ones.</param>
/// <param name="Names">
/// The descriptions that are shown instead of its quotas' own, because others have the same name; <see langword="null"/> for its own.
/// </param>
internal sealed record CombinedMember(int Part, Plan Plan, int First, QuotaDescription[]? Names)
{
    /// <summary>Gets the number of quotas that are known beforehand; 0 for a foreign plan.</summary>
    public int Count { get; } = Plan.Definition.Quotas.Count;

    /// <summary>Gets the bans of its callers: its own, or else those of another plan that shares its count; <see langword="null"/> for none.</summary>
    public BanningPartitions? Bans { get; init; }

    /// <summary>Returns the part of a request about which the plan decides.</summary>
    public LimitedRequest PartOf(LimitedRequest request) => request.Parts[Part];

    /// <summary>Returns the description of a quota that is shown instead of its own; <see langword="null"/> for its own.</summary>
    /// <param name="quota">The index of the quota in the plan.</param>
    /// <param name="own">Its own description, with the current window: calendar windows differ in length.</param>
    public QuotaDescription? DisplayedAs(int quota, QuotaDescription own)
    {
        if (Names is null)
        {
            return null;
        }

        // Read once: another request may replace it.
        var named = Names[quota];
        if (named.Window == own.Window)
        {
            return named;
        }

        return Names[quota] = new QuotaDescription(named.Name, own.Window, named.Unit, named.IsConcurrency, named.IsRefilled);
    }

    /// <summary>Gets a value indicating whether its permits cannot be given back.</summary>
    public bool IsForeign => Count == 0;
}
