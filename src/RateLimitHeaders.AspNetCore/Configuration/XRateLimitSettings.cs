namespace RateLimitHeaders.AspNetCore;

/// <summary>The <c>X-RateLimit-*</c> fields of all responses: the names of those that are written, and the format of Reset.</summary>
internal sealed record XRateLimitSettings(
    string? Limit, string? Remaining, string? Reset, string? Used, string? Resource, string? NearLimit, ResetFormat ResetFormat, bool HasWholeLimit)
{
    /// <summary>Gets the name of the field with the permits that are left, whether or not it is written.</summary>
    public required string RemainingName { get; init; }

    /// <summary>Gets the names of all fields of the family, whether or not they are written.</summary>
    public required EquatableList<string> AllNames { get; init; }

    /// <summary>Returns the same fields with names that begin with a prefix.</summary>
    public XRateLimitSettings WithPrefix(string prefix) => this with
    {
        Limit = Limit is null ? null : prefix + Limit,
        Remaining = Remaining is null ? null : prefix + Remaining,
        Reset = Reset is null ? null : prefix + Reset,
        Used = Used is null ? null : prefix + Used,
        Resource = Resource is null ? null : prefix + Resource,
        NearLimit = NearLimit is null ? null : prefix + NearLimit,
        RemainingName = prefix + RemainingName,
        AllNames = new([.. AllNames.Select(name => prefix + name)]),
    };

    /// <summary>Gets the names of the fields that are written.</summary>
    public IEnumerable<string> Names => new[] { Limit, Remaining, Reset, Used, Resource, NearLimit }.OfType<string>();
}
