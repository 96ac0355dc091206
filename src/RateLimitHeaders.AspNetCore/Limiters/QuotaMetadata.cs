using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metadata of the leases of a <see cref="QuotaRateLimiter"/>, in addition to the metadata of System.Threading.RateLimiting.</summary>
/// <remarks>
/// A limiter of the application whose leases have <see cref="Statuses"/> gets headers as exact as those of this library's quotas, and
/// so does one that keeps its counts in another store.
/// </remarks>
public static class QuotaMetadata
{
    /// <summary>Gets the metadata name under which a lease, acquired or rejected, has the resulting status of each quota.</summary>
    public static MetadataName<IReadOnlyList<QuotaStatus>> Statuses { get; } = new("QUOTA_STATUSES");
}
