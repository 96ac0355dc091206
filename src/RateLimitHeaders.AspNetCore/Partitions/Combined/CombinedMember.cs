namespace RateLimitHeaders.AspNetCore;

/// <summary>A plan that decides together with others.</summary>
/// <param name="Part">The place of its policy among the parts of a request.</param>
/// <param name="Plan">The plan.</param>
/// <param name="First">The place of its first quota among those of all; that of the first quota after all known ones for a foreign plan.</param>
/// <param name="Names">The descriptions of its quotas that are told instead, since others have the same name; <see langword="null"/> for its own.</param>
internal sealed record CombinedMember(int Part, Plan Plan, int First, QuotaDescription[]? Names)
{
    /// <summary>Gets the number of quotas that are known beforehand; 0 for a foreign plan.</summary>
    public int Count { get; } = Plan.Definition.Quotas.Count;

    /// <summary>Gets what bans its callers: its own, or else that of another plan which shares its count; <see langword="null"/> for nothing.</summary>
    public BanningPartitions? Bans { get; init; }

    /// <summary>Gets the part of a request that the plan decides about.</summary>
    public LimitedRequest PartOf(LimitedRequest request) => request.Parts[Part];

    /// <summary>Gets the description of a quota that is told instead of its own; <see langword="null"/> for its own.</summary>
    /// <param name="quota">The place of the quota in the plan.</param>
    /// <param name="own">Its own description, with the window of the moment: those of a calendar are not all as long.</param>
    public QuotaDescription? ToldAs(int quota, QuotaDescription own)
    {
        if (Names?[quota] is not { } told || told.Window == own.Window)
        {
            return Names?[quota];
        }

        return Names[quota] = new QuotaDescription(told.Name, own.Window, told.Unit, told.IsConcurrency, told.IsRefilled);
    }

    /// <summary>Gets a value indicating whether its permits cannot be given back.</summary>
    public bool IsForeign => Count == 0;
}
