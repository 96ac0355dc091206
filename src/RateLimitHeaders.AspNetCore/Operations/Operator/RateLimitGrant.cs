namespace RateLimitHeaders.AspNetCore;

/// <summary>Permits that an operator gives back to a caller earlier than time does.</summary>
/// <param name="Permits">The number of permits, from 1 to 999,999,999,999,999. No quota gets back more than are used of it.</param>
public sealed record RateLimitGrant(long Permits)
{
    /// <summary>
    /// Gets the name of a quota or, if no quota has that name, a quota unit; <see langword="null"/>, the default, for all quotas except
    /// those that count bytes. Concurrency quotas are left out in any case.
    /// </summary>
    public string? QuotaOrUnit { get; init; }
}
