namespace RateLimitHeaders.AspNetCore;

/// <summary>The <c>X-RateLimit-*</c> fields of all responses: the names of those that are written, and how Reset is printed.</summary>
internal sealed record XRateLimitSettings(
    string? Limit, string? Remaining, string? Reset, string? Used, string? Resource, string? NearLimit, ResetFormat ResetFormat)
{
    /// <summary>Gets the names of the fields that are written.</summary>
    public IEnumerable<string> Names => new[] { Limit, Remaining, Reset, Used, Resource, NearLimit }.OfType<string>();
}
