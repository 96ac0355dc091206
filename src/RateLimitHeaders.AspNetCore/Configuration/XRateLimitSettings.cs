namespace RateLimitHeaders.AspNetCore;

/// <summary>The <c>X-RateLimit-*</c> fields of all responses: the names of those that are written, and the format of Reset.</summary>
internal sealed record XRateLimitSettings(
    string? Limit, string? Remaining, string? Reset, string? Used, string? Resource, string? NearLimit, ResetFormat ResetFormat, bool HasWholeLimit)
{
    /// <summary>Gets the name of the field with the permits that are left, whether or not it is written.</summary>
    public required string RemainingName { get; init; }

    /// <summary>Gets the names of all fields of the family, whether or not they are written.</summary>
    public required EquatableList<string> AllNames { get; init; }

    /// <summary>Gets the names of the fields that are written.</summary>
    public IEnumerable<string> Names => new[] { Limit, Remaining, Reset, Used, Resource, NearLimit }.OfType<string>();
}
