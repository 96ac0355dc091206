using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A limiter of the application, and what is known of it: its statistics report the permits that are left, and the first ones, before
/// any use, the limit of STRL's own limiters.
/// </summary>
internal sealed class ForeignLimiter : IDisposable
{
    // The value that STRL reports if nothing is limited, or if it does not know.
    private const long Unknown = long.MaxValue;

    // As in ASP.NET Core: a limiter that has been idle for this long is dropped.
    private static readonly TimeSpan s_idleTime = TimeSpan.FromSeconds(10);

    // The same where idleness has less meaning: a chained limiter reports only how long the limiter with the shortest window has been idle, and a
    // limiter that has less than at first was used, or its limit was lowered. With windows of up to a day, no count is lost.
    private static readonly TimeSpan s_longIdleTime = TimeSpan.FromDays(1);

    // Nothing else distinguishes it from a chained limiter of which no part keeps statistics.
    private static readonly Type s_noLimiter = RateLimitPartition.GetNoLimiter(0).Factory(0).GetType();

    private readonly bool _isChained;
    private readonly bool _isUsed;

    public ForeignLimiter(RateLimiter limiter)
    {
        Limiter = limiter;
        var first = Read();
        AvailableAtFirst = first?.CurrentAvailablePermits;
        IsNew = first is { TotalSuccessfulLeases: 0, TotalFailedLeases: 0, CurrentQueuedCount: 0 };
        _isUsed = first is not null && !IsNew;

        // Limiters of other types may not begin with all their permits, and a used one may have begun long ago.
        var beginsFull = limiter is FixedWindowRateLimiter or SlidingWindowRateLimiter or TokenBucketRateLimiter or ConcurrencyLimiter;
        Limit = IsNew && beginsFull ? AvailableAtFirst!.Value : double.NaN;

        _isChained = limiter.GetType().Assembly == typeof(RateLimiter).Assembly && !beginsFull && limiter.GetType() != s_noLimiter;
        IsUnlimited = AvailableAtFirst == Unknown && !_isChained;
    }

    public RateLimiter Limiter { get; }

    /// <summary>Gets the permits that it had when it was added; <see langword="null"/> if it keeps no statistics.</summary>
    public long? AvailableAtFirst { get; }

    /// <summary>Gets a value indicating whether its statistics showed no use when it was added.</summary>
    public bool IsNew { get; }

    /// <summary>Gets the limit, or <see cref="double.NaN"/> if it is not known.</summary>
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

            // A chained limiter calls itself idle even while its longest window is used up: its statistics are more reliable.
            var hasLess = Statistics()?.CurrentAvailablePermits < AvailableAtFirst;
            return idle >= (_isChained || hasLess ? s_longIdleTime : s_idleTime) && !(_isChained && hasLess);
        }
    }

    /// <summary>Gets the permits that a response may show as left; <see langword="null"/> if it is not known.</summary>
    public long? Remaining => Statistics() is { CurrentAvailablePermits: not Unknown and var left } ? left : null;

    /// <summary>Gets the permits that are left for a request that arrives now; 0 if it is not known.</summary>
    public long Left => Statistics() is { } statistics
        ? Math.Max(0, statistics.CurrentAvailablePermits - statistics.CurrentQueuedCount)
        : 0;

    /// <summary>Gets the permits of a concurrency limiter that requests hold or wait for.</summary>
    public long InUse => Statistics() is { } statistics
        ? (long)Limit - statistics.CurrentAvailablePermits + statistics.CurrentQueuedCount
        : 0;

    /// <summary>Gets its statistics; <see langword="null"/> if there were none when it was added: then they are not read again.</summary>
    public RateLimiterStatistics? Statistics() => AvailableAtFirst is null ? null : Read();

    /// <summary>Disposes the limiter, unless it was used before it was added: then the application created it for other uses, too.</summary>
    public void Dispose()
    {
        if (!_isUsed)
        {
            Limiter.Dispose();
        }
    }

    /// <summary>Reads the statistics.</summary>
    /// <remarks>
    /// Some limiters throw because they keep no statistics. ASP.NET Core never reads them, so such limiters work there.
    /// </remarks>
    private RateLimiterStatistics? Read()
    {
        try
        {
            return Limiter.GetStatistics();
        }
#pragma warning disable CA1031 // Whatever it throws, it reports nothing.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
