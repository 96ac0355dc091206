using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Replenishes a limiter that has no timer, and so knows when the window of a <see cref="FixedWindowRateLimiter"/> began:
/// when it was created or replenished.
/// </summary>
internal sealed class ForeignWindow
{
    private readonly ForeignLimiter _limiter;
    private readonly ReplenishingRateLimiter? _replenishing;
    private readonly RateLimitClock _clock;
    private readonly long _length;
    private long _start;

    public ForeignWindow(ForeignLimiter limiter, RateLimitClock clock)
    {
        _limiter = limiter;
        _clock = clock;
        _replenishing = limiter.Limiter is ReplenishingRateLimiter { IsAutoReplenishing: false } replenishing ? replenishing : null;

        // A window without an end, such as TimeSpan.MaxValue, has none that could be shown.
        _length = limiter.IsNew && _replenishing is FixedWindowRateLimiter { ReplenishmentPeriod: var window } && window <= QuotaRules.MaxWindow
            ? window.Ticks
            : 0;
        _start = clock.Now;
    }

    /// <summary>Gets a value indicating whether the limiter depends on <see cref="Replenish"/>.</summary>
    public bool IsReplenished => _replenishing is not null;

    /// <summary>Gets a value indicating whether <see cref="Replenish"/> brings back no more than one period, however long ago the last one was.</summary>
    public bool NeedsEachPeriod => _replenishing is not (null or FixedWindowRateLimiter or TokenBucketRateLimiter);

    /// <summary>Gets the length of a period; zero for a limiter that is not replenished.</summary>
    public TimeSpan Period => _replenishing?.ReplenishmentPeriod ?? TimeSpan.Zero;

    /// <summary>Gets the length of the window; <see langword="null"/> if there is none, or its beginning is not known.</summary>
    public TimeSpan? Length => _length > 0 ? new TimeSpan(_length) : null;

    /// <summary>Returns the ticks until the end of a window that has a <see cref="Length"/>.</summary>
    public long UntilEnd(long now) => Math.Max(0, _start + _length - now);

    public void Replenish()
    {
        if (_length == 0)
        {
            _replenishing?.TryReplenish();
            return;
        }

        // The limiter does not report whether its window was over. If it was, all permits are available now, or were given to waiting
        // requests.
        var before = _limiter.Statistics();
        _replenishing!.TryReplenish();
        var after = _limiter.Statistics();
        var now = _clock.Now;
        if (after?.CurrentAvailablePermits > before?.CurrentAvailablePermits
            || after?.TotalSuccessfulLeases > before?.TotalSuccessfulLeases
            || (now - _start >= _length && after?.CurrentAvailablePermits >= _limiter.Limit))
        {
            _start = now;
        }
    }
}
