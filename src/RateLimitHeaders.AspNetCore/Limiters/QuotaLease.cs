using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A decision of a <see cref="QuotaRateLimiter"/>, acquired or rejected, and the resulting statuses.</summary>
/// <remarks>
/// The metadata of the lease contains the same: <see cref="QuotaMetadata.Statuses"/> and, on a rejection for which waiting helps,
/// <see cref="MetadataName.RetryAfter"/>. A lease is not thread-safe.
/// </remarks>
public sealed class QuotaLease : RateLimitLease
{
    private static readonly string[] s_metadataNames = [QuotaMetadata.Statuses.Name, MetadataName.RetryAfter.Name];

    private readonly QuotaRateLimiter _limiter;
    private bool _isDisposed;

    internal QuotaLease(QuotaRateLimiter limiter) => _limiter = limiter;

    /// <inheritdoc/>
    public override bool IsAcquired => Decision.IsAcquired;

    /// <inheritdoc/>
    public override IEnumerable<string> MetadataNames => s_metadataNames;

    /// <summary>
    /// Gets the time that a caller without concurrent requests must wait to acquire the same permits: never too short, and longer than
    /// necessary by less than 100 ns. <see langword="null"/> if the lease is acquired or waiting does not help.
    /// </summary>
    public TimeSpan? RetryAfter => Decision.RetryAfter;

    /// <summary>Gets the caller's status with each quota, in the order in which the quotas were passed.</summary>
    public ReadOnlySpan<QuotaStatus> Statuses => Decision.Statuses;

    internal RateLimitDecision Decision { get; } = new();

    /// <summary>
    /// Charges more permits, for a request that turns out to cost more. They are counted even if they do not fit: the
    /// next requests of the caller pay for them. <see cref="Statuses"/> show the new state. Permits of a concurrency quota
    /// are not charged. Does nothing on a lease that is rejected or disposed, or whose limiter is disposed: <see cref="PartitionedRateLimiter"/>
    /// disposes a limiter that has had all its permits for 10 s, also while a request runs.
    /// </summary>
    /// <param name="permits">The number of permits, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative, or above 999,999,999,999,999.</exception>
    public void Charge(long permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, PermitCost.Max);
        if (IsAcquired && !_isDisposed)
        {
            _limiter.Adjust(Decision, permits);
        }
    }

    /// <summary>
    /// Gives permits back, for a request that turns out to cost less; never more than the lease took. Permits that have already
    /// come back with time, and those of a concurrency quota, are not given back. Does nothing on a lease
    /// that is rejected or disposed.
    /// </summary>
    /// <param name="permits">The number of permits, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative.</exception>
    public void Refund(long permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (IsAcquired && !_isDisposed)
        {
            _limiter.Adjust(Decision, -permits);
        }
    }

    /// <inheritdoc/>
    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == QuotaMetadata.Statuses.Name ? Statuses.ToArray()
            : metadataName == MetadataName.RetryAfter.Name ? RetryAfter
            : null;
        return metadata is not null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        if (Decision.HoldsPermits)
        {
            _limiter.Release(Decision);
        }

        base.Dispose(disposing);
    }
}
