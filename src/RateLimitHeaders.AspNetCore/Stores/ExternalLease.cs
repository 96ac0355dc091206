using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A decision that was made outside this process's memory, and where it leaves the caller.</summary>
/// <remarks>
/// Disposing it gives back what is held for as long as the endpoint runs: the permits of concurrency quotas. It may still be
/// charged and refunded then, as a request's cost may be known only when its endpoint is done.
/// </remarks>
public abstract class ExternalLease : RateLimitLease
{
    private static readonly string[] s_metadataNames = [QuotaMetadata.Statuses.Name, MetadataName.RetryAfter.Name];

    /// <summary>Gets where the caller stands with each quota; empty if that is not known.</summary>
    public abstract ReadOnlySpan<QuotaStatus> Statuses { get; }

    /// <summary>Gets how long a refused caller must wait; <see langword="null"/> if it was granted, no wait helps or it is not known.</summary>
    public abstract TimeSpan? RetryAfter { get; }

    /// <summary>Gets how long ago the statuses were taken.</summary>
    public abstract TimeSpan Age { get; }

    /// <summary>
    /// Gets the moment at which the statuses were taken by the wall clock of the store, which all its servers share, so that
    /// all print the same instants; <see langword="null"/>, the default, for the clock of this server.
    /// </summary>
    public virtual DateTimeOffset? TakenAt => null;

    /// <summary>Gets the index of the violated quota with the longest wait; -1, the default, if none is violated or it is not known.</summary>
    public virtual int LongestWait => -1;

    /// <summary>
    /// Gets a value indicating whether nobody could decide, so that the request is refused with 503 rather than 429.
    /// </summary>
    public virtual bool IsUnavailable => false;

    /// <summary>Gets why there are no <see cref="Statuses"/>, as the end of "The response carries no rate limit headers:".</summary>
    public virtual string WhyNoStatuses => "the limiter of the policy is none of ours and does not tell what is left.";

    /// <summary>Gets a value indicating whether the lease must be disposed as soon as the endpoint is done; otherwise it is later.</summary>
    public virtual bool HoldsPermits => true;

    /// <inheritdoc/>
    public override IEnumerable<string> MetadataNames => s_metadataNames;

    /// <summary>
    /// Takes more permits, whether or not they fit, for a request that turns out to cost more; <see cref="Statuses"/> tell
    /// the new state when it is done. Does nothing by default, nor on a refused lease.
    /// </summary>
    /// <param name="permits">How many, 0 or more.</param>
    public virtual ValueTask ChargeAsync(int permits) => default;

    /// <summary>
    /// Gives permits back, never more than the lease took, for a request that turns out to cost less; <see cref="Statuses"/>
    /// tell the new state when it is done. Does nothing by default, nor on a refused lease.
    /// </summary>
    /// <param name="permits">How many, 0 or more.</param>
    public virtual ValueTask RefundAsync(int permits) => default;

    /// <summary>Reads the statuses again, as a window has ended since they were taken. Does nothing by default.</summary>
    public virtual ValueTask RefreshAsync() => default;

    /// <inheritdoc/>
    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == QuotaMetadata.Statuses.Name ? Statuses.ToArray()
            : metadataName == MetadataName.RetryAfter.Name ? RetryAfter
            : null;
        return metadata is not null;
    }
}
