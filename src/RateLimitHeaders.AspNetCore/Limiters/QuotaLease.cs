using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A decision of a <see cref="QuotaRateLimiter"/>, granted or refused, and where it leaves the caller.</summary>
/// <remarks>
/// The same facts are there as STRL metadata: <see cref="QuotaMetadata.Statuses"/> and, on a refusal that time can mend,
/// <see cref="MetadataName.RetryAfter"/>. A lease is not meant for use by several threads at once.
/// </remarks>
public sealed class QuotaLease : RateLimitLease
{
    private static readonly string[] s_metadataNames = [QuotaMetadata.Statuses.Name, MetadataName.RetryAfter.Name];

    private QuotaRateLimiter? _limiter;
    private bool _isAcquired;
    private int _count;
    private long _permits;

    internal QuotaLease()
    {
    }

    /// <inheritdoc/>
    public override bool IsAcquired => _isAcquired;

    /// <inheritdoc/>
    public override IEnumerable<string> MetadataNames => s_metadataNames;

    /// <summary>
    /// Gets how long a caller that is alone must wait to be granted the same permits: never too short, and longer than
    /// needed by less than 100 ns. <see langword="null"/> where the lease is granted or no wait helps.
    /// </summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>Gets where the caller stands with each quota, in the order in which the quotas were given.</summary>
    public ReadOnlySpan<QuotaStatus> Statuses => Buffer.AsSpan(0, _count);

    internal QuotaStatus[] Buffer { get; private set; } = [];

    internal ChargeMark[] Marks { get; private set; } = [];

    internal bool[] Violated { get; private set; } = [];

    /// <summary>Gets or sets the moment at which the statuses were taken.</summary>
    internal long TakenAt { get; set; }

    /// <summary>Gets a value indicating whether permits of a concurrency quota are held.</summary>
    internal bool HoldsConcurrency => HeldPermits > 0;

    /// <summary>Gets or sets the index of the violated quota with the longest wait, -1 for none.</summary>
    internal int LongestWait { get; set; }

    /// <summary>Gets or sets the permits of a concurrency quota that this lease holds; what is charged later is not among them.</summary>
    internal int HeldPermits { get; set; }

    /// <summary>
    /// Takes more permits, for a request that turns out to cost more. They are counted even where they do not fit: the
    /// caller pays with its next requests. <see cref="Statuses"/> tell the new state. Does nothing on a refused lease.
    /// </summary>
    /// <param name="permits">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative.</exception>
    public void Charge(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        TryCharge(permits);
    }

    /// <summary>
    /// Gives permits back, for a request that turns out to cost less; never more than the lease took. Permits that time
    /// has brought back already, and those of a concurrency quota, are left alone. Does nothing on a refused lease.
    /// </summary>
    /// <param name="permits">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative.</exception>
    public void Refund(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        permits = (int)Math.Min(permits, _permits);
        if (_isAcquired && _limiter is not null && _limiter.Refund(this, permits))
        {
            _permits -= permits;
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

    /// <summary>As <see cref="Charge"/>.</summary>
    /// <returns><see langword="false"/> if the limiter was disposed, so that nothing was counted.</returns>
    internal bool TryCharge(int permits)
    {
        if (!_isAcquired || _limiter is null)
        {
            return true;
        }

        if (!_limiter.Charge(this, permits))
        {
            return false;
        }

        _permits += permits;
        return true;
    }

    /// <summary>Ties the lease to the limiter that counts its caller now. What is held does not come along: nothing is, here.</summary>
    internal void MoveTo(QuotaRateLimiter limiter) => _limiter = limiter;

    /// <summary>Reads the state again, if the lease was granted.</summary>
    /// <returns><see langword="false"/> if the limiter was disposed, so that nobody knows the state.</returns>
    internal bool TryRefresh() => !_isAcquired || _limiter is null || _limiter.Report(this);

    /// <summary>Gives back the permits of a concurrency quota while the other facts are still wanted.</summary>
    internal void ReleaseConcurrency() => _limiter?.Release(this);

    /// <summary>Makes the lease as good as new, its arrays kept.</summary>
    internal void Reset()
    {
        _limiter = null;
        _count = 0;
        _permits = 0;
        End(acquired: false, retryAfter: null);
    }

    /// <summary>Starts a decision. A lease that the middleware keeps for its next request keeps its arrays.</summary>
    internal void Begin(long now, int permits, int quotas)
    {
        if (Buffer.Length < quotas)
        {
            Buffer = new QuotaStatus[quotas];
            Marks = new ChargeMark[quotas];
            Violated = new bool[quotas];
        }

        Marks.AsSpan(0, quotas).Clear();
        _count = quotas;
        _permits = permits;
        TakenAt = now;
        LongestWait = -1;
    }

    internal void End(bool acquired, TimeSpan? retryAfter)
    {
        _isAcquired = acquired;
        RetryAfter = retryAfter;
    }

    /// <summary>Ties the lease to the limiter that decided it.</summary>
    internal void BelongsTo(QuotaRateLimiter limiter, bool hasConcurrency)
    {
        _limiter = limiter;
        HeldPermits = _isAcquired && hasConcurrency ? (int)_permits : 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _limiter?.Release(this);
        _limiter = null;
        base.Dispose(disposing);
    }
}
