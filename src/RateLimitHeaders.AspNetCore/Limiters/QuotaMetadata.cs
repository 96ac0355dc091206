using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metadata that a lease of a <see cref="QuotaRateLimiter"/> carries beside STRL's own.</summary>
/// <remarks>
/// A limiter of the application that offers <see cref="Statuses"/> gets headers as exact as those of this library's quotas, and
/// so does one that keeps its counts in another store.
/// </remarks>
public static class QuotaMetadata
{
    /// <summary>Gets the name under which a lease, acquired or rejected, tells where it leaves the caller with each quota.</summary>
    public static MetadataName<IReadOnlyList<QuotaStatus>> Statuses { get; } = new("QUOTA_STATUSES");
}
