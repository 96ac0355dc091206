using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A limiter of the application, and what can be known of it: its statistics tell what is left, and the first ones, before
/// any use, tell the limit of STRL's own limiters.
/// </summary>
internal sealed class ForeignLimiter : IDisposable
{
    // As in ASP.NET Core: a limiter that has been idle for this long is dropped.
    private static readonly TimeSpan s_idleTime = TimeSpan.FromSeconds(10);

    // A chained limiter does not tell whether its longest window is full again, only how long the limiter with the shortest
    // one has been idle. With windows of up to a day, nothing that was counted is forgotten.
    private static readonly TimeSpan s_chainedIdleTime = TimeSpan.FromDays(1);

    private readonly TimeSpan _idleTime;
    private readonly bool _isUsed;

    public ForeignLimiter(RateLimiter limiter)
    {
        Limiter = limiter;
        var first = Statistics();
        AvailableAtFirst = first?.CurrentAvailablePermits;
        IsNew = first is { TotalSuccessfulLeases: 0, TotalFailedLeases: 0, CurrentQueuedCount: 0 };
        _isUsed = first is not null && !IsNew;
        IsUnlimited = AvailableAtFirst == long.MaxValue;

        // Of other types it is not known whether they begin with all they have, and a used one may have begun long ago.
        var beginsFull = limiter is FixedWindowRateLimiter or SlidingWindowRateLimiter or TokenBucketRateLimiter or ConcurrencyLimiter;
        Limit = IsNew && beginsFull ? AvailableAtFirst!.Value : double.NaN;

        var isChained = limiter.GetType().Assembly == typeof(RateLimiter).Assembly && !beginsFull && !IsUnlimited;
        _idleTime = isChained ? s_chainedIdleTime : s_idleTime;
    }

    public RateLimiter Limiter { get; }

    /// <summary>Gets the permits that it had when it came; <see langword="null"/> if it keeps no statistics.</summary>
    public long? AvailableAtFirst { get; }

    /// <summary>Gets a value indicating whether its statistics showed no use when it came.</summary>
    public bool IsNew { get; }

    /// <summary>Gets the limit, or <see cref="double.NaN"/> where it is not known.</summary>
    public double Limit { get; }

    /// <summary>Gets a value indicating whether this is <see cref="RateLimitPartition.GetNoLimiter"/>, which counts nothing.</summary>
    /// <remarks>It claims to have 9,223,372,036,854,775,807 permits, which no response shall tell.</remarks>
    public bool IsUnlimited { get; }

    public bool IsConcurrency => Limiter is ConcurrencyLimiter;

    /// <summary>Gets a value indicating whether it is full and has been so for long enough to be dropped.</summary>
    /// <remarks>A chained limiter calls itself idle even while its longest window is used up: what it has left tells better.</remarks>
    public bool IsIdle =>
        IsUnlimited || (Limiter.IdleDuration >= _idleTime && !(Statistics()?.CurrentAvailablePermits < AvailableAtFirst));

    /// <summary>Gets the permits that are left to a request that comes now; 0 if it is not known.</summary>
    public long Left => Statistics() is { } statistics
        ? Math.Max(0, statistics.CurrentAvailablePermits - statistics.CurrentQueuedCount)
        : 0;

    /// <summary>Gets the permits of a concurrency limiter that requests hold or wait for.</summary>
    public long InUse => Statistics() is { } statistics
        ? (long)Limit - statistics.CurrentAvailablePermits + statistics.CurrentQueuedCount
        : 0;

    /// <summary>Gets what it tells of itself.</summary>
    /// <remarks>
    /// Some limiters throw since they keep no statistics. ASP.NET Core never asks for them, so such limiters work there.
    /// </remarks>
    public RateLimiterStatistics? Statistics()
    {
        try
        {
            return Limiter.GetStatistics();
        }
#pragma warning disable CA1031 // Whatever it throws, it tells nothing.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>Disposes the limiter, unless it was used before it came: the application made it for more than this then.</summary>
    public void Dispose()
    {
        if (!_isUsed)
        {
            Limiter.Dispose();
        }
    }
}
