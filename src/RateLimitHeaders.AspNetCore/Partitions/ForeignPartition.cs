using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A limiter that is not ours, and what can be known of it: its statistics tell what is left; the first ones, before any
/// use, tell the limit of those of STRL; a fixed window of STRL's opens when it is made or replenished, which happens here.
/// </summary>
internal sealed class ForeignPartition : IDisposable
{
    // As in ASP.NET Core: a limiter that is idle for so long is dropped.
    private static readonly TimeSpan s_idleTime = TimeSpan.FromSeconds(10);

    // Of a chained limiter it cannot be known whether its longest window is full again, only how long the shortest has been:
    // up to a day's window, nothing that was counted is forgotten.
    private static readonly TimeSpan s_chainedIdleTime = TimeSpan.FromDays(1);

    // As in ASP.NET Core: those that wait in the queue of a limiter without a timer are looked after this often.
    private static readonly TimeSpan s_replenishmentInterval = TimeSpan.FromMilliseconds(100);

    private readonly RateLimiter _limiter;
    private readonly ReplenishingRateLimiter? _replenishing;
    private readonly RateLimitClock _clock;
    private readonly QuotaDescription _quota;
    private readonly long? _availableAtFirst;
    private readonly double _limit;
    private readonly long _window;
    private readonly TimeSpan _idleTime;
    private long _windowStart;
    private bool _retired;

    public ForeignPartition(RateLimiter limiter, string name, TimeProvider timeProvider)
    {
        _limiter = limiter;
        _clock = RateLimitClock.For(timeProvider);
        _replenishing = limiter is ReplenishingRateLimiter { IsAutoReplenishing: false } replenishing ? replenishing : null;

        var first = Statistics();
        _availableAtFirst = first?.CurrentAvailablePermits;
        IsUnlimited = _availableAtFirst == long.MaxValue;

        // Only of these types is it known that they begin with all they have; and a used one may have begun long ago.
        var isNew = first is { TotalSuccessfulLeases: 0, TotalFailedLeases: 0, CurrentQueuedCount: 0 };
        var beginsFull = limiter is FixedWindowRateLimiter or SlidingWindowRateLimiter or TokenBucketRateLimiter or ConcurrencyLimiter;
        var isChained = limiter.GetType().Assembly == typeof(RateLimiter).Assembly && !beginsFull && !IsUnlimited;
        _idleTime = isChained ? s_chainedIdleTime : s_idleTime;
        _limit = isNew && beginsFull ? _availableAtFirst!.Value : double.NaN;

        _window = isNew && _replenishing is FixedWindowRateLimiter fixedWindow ? fixedWindow.ReplenishmentPeriod.Ticks : 0;
        _windowStart = _clock.Now;
        var isConcurrency = limiter is ConcurrencyLimiter;
        _quota = new QuotaDescription(
            name,
            _window > 0 ? new TimeSpan(_window) : null,
            isConcurrency ? QuotaUnits.ConcurrentRequests : QuotaUnits.Requests,
            isConcurrency);
    }

    /// <summary>Gets a value indicating whether this is RateLimitPartition.GetNoLimiter, which holds nothing.</summary>
    /// <remarks>It claims to have 9,223,372,036,854,775,807 permits; nobody shall be told that.</remarks>
    public bool IsUnlimited { get; }

    /// <summary>Acquires, and waits if the limiter has a queue.</summary>
    /// <returns><see langword="null"/> if the partition was dropped and must be looked up again.</returns>
    public ValueTask<ForeignLease?> AcquireAsync(int permits, CancellationToken cancellationToken)
    {
        // One at a time, so that the statistics after the acquisition are this caller's.
        lock (this)
        {
            if (_retired)
            {
                return default;
            }

            Replenish();
            var lease = _limiter.AcquireAsync(permits, cancellationToken);
            return lease.IsCompleted
                ? lease.IsCompletedSuccessfully ? new(Describe(lease.Result, permits)) : AwaitAsync(lease.AsTask(), permits)
                : AwaitAsync(lease.AsTask(), permits);
        }
    }

    /// <summary>Disposes the limiter if it is full and idle, so that it can be dropped.</summary>
    public bool TryRetire()
    {
        lock (this)
        {
            if (_retired)
            {
                return true;
            }

            Replenish();
            if (!IsUnlimited && !IsIdle())
            {
                return false;
            }

            _retired = true;
        }

        _limiter.Dispose();
        return true;
    }

    public void Dispose() => _limiter.Dispose();

    // A chained limiter calls itself idle even while its longest window is used up: what it has left tells better.
    private bool IsIdle() =>
        _limiter.IdleDuration >= _idleTime && !(Statistics()?.CurrentAvailablePermits < _availableAtFirst);

    private async ValueTask<ForeignLease?> AwaitAsync(Task<RateLimitLease> waiting, int permits)
    {
        while (_replenishing is not null && !waiting.IsCompleted)
        {
            // STRL's limiters have no other clock than the system's, so neither has this wait.
            await Task.WhenAny(waiting, Task.Delay(s_replenishmentInterval));
            lock (this)
            {
                Replenish();
            }
        }

        var lease = await waiting;
        lock (this)
        {
            return Describe(lease, permits);
        }
    }

    // Some limiters throw where they keep no statistics. ASP.NET Core never asks for them, so such limiters work elsewhere.
    private RateLimiterStatistics? Statistics()
    {
        try
        {
            return _limiter.GetStatistics();
        }
#pragma warning disable CA1031 // Whatever it throws, it tells nothing.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private void Replenish()
    {
        if (_retired || _replenishing is null)
        {
            return;
        }

        if (_window == 0)
        {
            _replenishing.TryReplenish();
            return;
        }

        // The limiter does not say whether its window was over. If it was, all is available now, or was given to those that
        // waited for it.
        var before = Statistics();
        _replenishing.TryReplenish();
        var after = Statistics();
        var now = _clock.Now;
        if (after?.CurrentAvailablePermits > before?.CurrentAvailablePermits
            || after?.TotalSuccessfulLeases > before?.TotalSuccessfulLeases
            || (now - _windowStart >= _window && after?.CurrentAvailablePermits >= _limit))
        {
            _windowStart = now;
        }
    }

    private ForeignLease Describe(RateLimitLease lease, int permits)
    {
        try
        {
            return DescribeCore(lease, permits);
        }
        catch
        {
            // Nobody else gets to know the lease.
            lease.Dispose();
            throw;
        }
    }

    private ForeignLease DescribeCore(RateLimitLease lease, int permits)
    {
        var now = _clock.Now;
        var retryAfter = lease.IsAcquired ? null : RetryAfter(lease, permits, now);
        if (lease.TryGetMetadata(QuotaMetadata.Statuses, out var told) && told is not null)
        {
            return new ForeignLease(lease, [.. told.Where(status => status.Quota is not null)], retryAfter, _clock, now);
        }

        var remaining = IsUnlimited || _retired ? null : Statistics()?.CurrentAvailablePermits;
        return new ForeignLease(lease, remaining is { } left ? [StatusOf(Math.Max(0, left), !lease.IsAcquired, now)] : [], retryAfter, _clock, now);
    }

    private QuotaStatus StatusOf(long remaining, bool isViolated, long now)
    {
        var untilAll = remaining >= _limit && !_quota.IsConcurrency ? 0 : QuotaStatus.NoTime;
        var untilMore = QuotaStatus.NoTime;
        if (_window > 0)
        {
            untilAll = Math.Max(0, _windowStart + _window - now);
            untilMore = remaining < _limit ? untilAll : untilMore;
        }

        return new QuotaStatus(_quota, _limit, remaining, untilMore, untilAll, isViolated);
    }

    /// <summary>Of a fixed window, the rest of it, where STRL answers the whole; else what the limiter says.</summary>
    private TimeSpan? RetryAfter(RateLimitLease lease, int permits, long now)
    {
        if (_window > 0)
        {
            return permits > _limit ? null : new TimeSpan(Math.Max(0, _windowStart + _window - now));
        }

        // What is no time to wait, such as Timeout.InfiniteTimeSpan, is none that a caller could be told.
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var told) && told > TimeSpan.Zero && told <= QuotaRules.MaxWindow
            ? told
            : null;
    }
}
