using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A limiter of the application, and what can be known of it: its statistics tell what is left, and the first ones, before
/// any use, tell the limit of STRL's own limiters.
/// </summary>
internal sealed class ForeignLimiter : IDisposable
{
    // What STRL tells where nothing is limited, or where it does not know.
    private const long Unknown = long.MaxValue;

    // As in ASP.NET Core: a limiter that has been idle for this long is dropped.
    private static readonly TimeSpan s_idleTime = TimeSpan.FromSeconds(10);

    // The same where idleness says less: a chained limiter tells only how long the limiter with the shortest window has been idle, and a
    // limiter that has less than at first was used, or its limit was lowered. With windows of up to a day, nothing that was counted is forgotten.
    private static readonly TimeSpan s_longIdleTime = TimeSpan.FromDays(1);

    // Nothing else tells it apart from a chained limiter of which no part keeps statistics.
    private static readonly Type s_noLimiter = RateLimitPartition.GetNoLimiter(0).Factory(0).GetType();

    private readonly bool _isChained;
    private readonly bool _isUsed;

    public ForeignLimiter(RateLimiter limiter)
    {
        Limiter = limiter;
        var first = Statistics();
        AvailableAtFirst = first?.CurrentAvailablePermits;
        IsNew = first is { TotalSuccessfulLeases: 0, TotalFailedLeases: 0, CurrentQueuedCount: 0 };
        _isUsed = first is not null && !IsNew;

        // Of other types it is not known whether they begin with all they have, and a used one may have begun long ago.
        var beginsFull = limiter is FixedWindowRateLimiter or SlidingWindowRateLimiter or TokenBucketRateLimiter or ConcurrencyLimiter;
        Limit = IsNew && beginsFull ? AvailableAtFirst!.Value : double.NaN;

        _isChained = limiter.GetType().Assembly == typeof(RateLimiter).Assembly && !beginsFull && limiter.GetType() != s_noLimiter;
        IsUnlimited = AvailableAtFirst == Unknown && !_isChained;
    }

    public RateLimiter Limiter { get; }

    /// <summary>Gets the permits that it had when it came; <see langword="null"/> if it keeps no statistics.</summary>
    public long? AvailableAtFirst { get; }

    /// <summary>Gets a value indicating whether its statistics showed no use when it came.</summary>
    public bool IsNew { get; }

    /// <summary>Gets the limit, or <see cref="double.NaN"/> where it is not known.</summary>
    public double Limit { get; }

    /// <summary>Gets a value indicating whether this is <see cref="RateLimitPartition.GetNoLimiter"/>, or one like it, which counts nothing.</summary>
    public bool IsUnlimited { get; }

    public bool IsConcurrency => Limiter is ConcurrencyLimiter;

    /// <summary>Gets a value indicating whether it is full and has been so for long enough to be dropped.</summary>
    public bool IsIdle
    {
        get
        {
            if (IsUnlimited)
            {
                return true;
            }

            // Statistics may cost an exception, or a call of a server, and change nothing for limiters in use.
            var idle = Limiter.IdleDuration;
            if (!(idle >= s_idleTime))
            {
                return false;
            }

            // A chained limiter calls itself idle even while its longest window is used up: what it has left tells better.
            var hasLess = Statistics()?.CurrentAvailablePermits < AvailableAtFirst;
            return idle >= (_isChained || hasLess ? s_longIdleTime : s_idleTime) && !(_isChained && hasLess);
        }
    }

    /// <summary>Gets the permits that a response may tell as left; <see langword="null"/> if it is not known.</summary>
    public long? Remaining => Statistics() is { CurrentAvailablePermits: not Unknown and var left } ? left : null;

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
