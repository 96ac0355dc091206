using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A named allocation of permits: an algorithm, a limit, a window and a unit. A quota is immutable, compares by value and holds
/// no count: the counts are kept in the partitions of a plan, or in a limiter (<see cref="QuotaRateLimiter.Create(Quota[])"/>).
/// </summary>
public abstract class Quota : IEquatable<Quota>
{
    /// <summary>The moment that means "never".</summary>
    internal const long Never = long.MaxValue;

    private protected Quota(QuotaAlgorithm algorithm, QuotaDescription description, double limit, long detail = 0)
    {
        Description = description;
        Limit = limit;
        Shape = new QuotaShape(algorithm, description.Name, description.Unit, description.Window?.Ticks ?? 0, detail);
    }

    /// <summary>Gets the quota's name, window and unit.</summary>
    public QuotaDescription Description { get; }

    /// <summary>Gets the limit in quota units. A limiter starts with it; in a plan whose limit depends on the caller, that limit replaces it.</summary>
    public double Limit { get; }

    /// <summary>
    /// Gets the most permits that a caller can owe beyond the limit, for requests that turn out to cost more;
    /// <see langword="null"/> for any number.
    /// </summary>
    public long? MaxDebt { get; private set; }

    /// <summary>Gets everything of the quota except its limit: the meaning of a caller's counted state.</summary>
    public QuotaShape Shape { get; }

    /// <summary>Gets how many 64-bit words a limiter keeps for this quota. Word 0 is always the limit.</summary>
    internal abstract int StateLength { get; }

    /// <summary>Creates a quota of <paramref name="permitLimit"/> permits per fixed window.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">The permits per window, from 1 to 999,999,999,999,999; a fraction is shown but never admits a request.</param>
    /// <param name="window">The length of the window, from 1 tick to 36,525 days.</param>
    /// <param name="alignToClock">
    /// <see langword="true"/>: windows begin at multiples of <paramref name="window"/> since the Unix epoch (windows of an hour at
    /// the full hour UTC). <see langword="false"/>, the default: a window opens with the first request that finds no open window.
    /// </param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static Quota FixedWindow(
        string name, double permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests)
    {
        QuotaRules.ThrowIfAny(name, QuotaRules.Window(name, permitLimit, window, unit));
        return new FixedWindowQuota(new QuotaDescription(name, window, unit), permitLimit, window.Ticks, alignToClock);
    }

    /// <summary>Creates a quota of <paramref name="permitLimit"/> permits per calendar day, week, month or year.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">The permits per window, from 1 to 999,999,999,999,999; a fraction is shown but never admits a request.</param>
    /// <param name="period">The length of the windows.</param>
    /// <param name="timeZone">The IANA id of the time zone in which windows begin at midnight, such as <c>Europe/Berlin</c>; <c>UTC</c> by default.</param>
    /// <param name="firstDayOfWeek">The day on which weeks begin; Monday by default. Other periods do not have it.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or the machine does not know the time zone.</exception>
    public static Quota CalendarWindow(
        string name,
        double permitLimit,
        CalendarPeriod period,
        string timeZone = CalendarWindowQuota.DefaultTimeZone,
        DayOfWeek firstDayOfWeek = CalendarWindowQuota.DefaultFirstDayOfWeek,
        string unit = QuotaUnits.Requests)
    {
        QuotaRules.ThrowIfAny(name, QuotaRules.CalendarWindow(name, permitLimit, period, timeZone, firstDayOfWeek, unit));
        var description = new QuotaDescription(name, CalendarWindowQuota.LongestOf(period), unit);
        return new CalendarWindowQuota(
            description, permitLimit, period, TimeZoneInfo.FindSystemTimeZoneById(timeZone), timeZone, firstDayOfWeek);
    }

    /// <summary>
    /// Creates a quota of <paramref name="permitLimit"/> permits in any period of <paramref name="window"/>, wherever it starts.
    /// </summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">The permits per window, from 1 to 999,999,999,999,999; a fraction is shown but never admits a request.</param>
    /// <param name="window">The length of the window, from 1 tick for each segment to 36,525 days.</param>
    /// <param name="segments">
    /// The number of segments in which the window is counted, from 1 to 1,000. A permit comes back when its whole segment has left the
    /// window: with more segments it comes back sooner, and each segment takes 8 bytes per caller. The default is 12.
    /// </param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static Quota SlidingWindow(
        string name, double permitLimit, TimeSpan window, int segments = SlidingWindowQuota.DefaultSegments, string unit = QuotaUnits.Requests)
    {
        QuotaRules.ThrowIfAny(name, QuotaRules.SlidingWindow(name, permitLimit, window, segments, unit));
        return new SlidingWindowQuota(new QuotaDescription(name, window, unit), permitLimit, window.Ticks, segments);
    }

    /// <summary>Creates a bucket that holds <paramref name="capacity"/> tokens and is refilled continuously.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="capacity">The tokens of a full bucket, from 1 to 999,999,999,999,999; may be fractional.</param>
    /// <param name="refillPerSecond">The tokens that are added per second, more than 0; may be fractional.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static Quota TokenBucket(string name, double capacity, double refillPerSecond, string unit = QuotaUnits.Requests)
    {
        QuotaRules.ThrowIfAny(name, QuotaRules.TokenBucket(name, capacity, refillPerSecond, unit));
        return TokenBucket(name, capacity, TokenBucketQuota.TimeToFill(capacity, refillPerSecond), unit);
    }

    /// <summary>
    /// Creates a bucket that holds <paramref name="permitLimit"/> tokens and is refilled continuously at the rate of
    /// <paramref name="permitLimit"/> per <paramref name="period"/>, for example 952.38 per hour.
    /// </summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">The tokens of a full bucket, from 1 to 999,999,999,999,999; may be fractional.</param>
    /// <param name="period">The time in which an empty bucket fills, from 1 tick to 36,525 days.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static Quota TokenBucket(string name, double permitLimit, TimeSpan period, string unit = QuotaUnits.Requests)
    {
        QuotaRules.ThrowIfAny(name, QuotaRules.Window(name, permitLimit, period, unit, nameof(period)));
        return new TokenBucketQuota(
            new QuotaDescription(name, period, unit, isConcurrency: false, isRefilled: true), permitLimit, period.Ticks);
    }

    /// <summary>Creates a quota of <paramref name="permitLimit"/> permits that are held as long as their lease, and then come back.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">The permits that can be held at the same time, 1 or more.</param>
    /// <param name="queueLimit">The number of permits that requests may wait for; with 0, the default, they are rejected at once.</param>
    /// <param name="queueProcessingOrder">Which waiting request is admitted first; by default the oldest.</param>
    /// <param name="retryAfter">
    /// The <c>Retry-After</c> of rejections, more than zero; 1 second by default, because the end of running requests is not known.
    /// </param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static Quota Concurrency(
        string name,
        int permitLimit,
        int queueLimit = 0,
        QueueProcessingOrder queueProcessingOrder = QueueProcessingOrder.OldestFirst,
        TimeSpan? retryAfter = null)
    {
        var wait = retryAfter ?? ConcurrencyQuota.DefaultRetryAfter;
        QuotaRules.ThrowIfAny(name, QuotaRules.Concurrency(name, permitLimit, queueLimit, wait));
        var description = new QuotaDescription(name, window: null, QuotaUnits.ConcurrentRequests, isConcurrency: true);
        return new ConcurrencyQuota(description, permitLimit, queueLimit, queueProcessingOrder, wait.Ticks);
    }

    /// <inheritdoc/>
    public virtual bool Equals(Quota? other) =>
        other is not null && Shape == other.Shape && Limit.Equals(other.Limit) && MaxDebt == other.MaxDebt;

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Quota);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(Shape, Limit);

    /// <summary>Returns whether another quota counts in the same way, whatever its limit is.</summary>
    internal virtual bool CountsAs(Quota other) => Shape == other.Shape && MaxDebt == other.MaxDebt;

    /// <summary>Returns the same quota with another bound on the debt beyond the limit.</summary>
    internal Quota WithMaxDebt(long? maxDebt)
    {
        var quota = (Quota)MemberwiseClone();
        quota.MaxDebt = maxDebt;
        return quota;
    }

    /// <summary>Returns how many of some permits can be charged, so that no more than <see cref="MaxDebt"/> is owed beyond the limit.</summary>
    internal long Chargeable(Span<long> state, double limit, long now, long permits) =>
        MaxDebt is { } debt ? Math.Clamp((long)limit + debt - UsedPermits(state, limit, now), 0, permits) : permits;

    /// <summary>Returns the used permits, including debt beyond the limit.</summary>
    internal abstract long UsedPermits(Span<long> state, double limit, long now);

    /// <summary>Returns the quota bound to a clock, whose wall clock some windows follow.</summary>
    internal virtual Quota WithClock(RateLimitClock clock) => this;

    /// <summary>Returns when <paramref name="permits"/> fit: now or earlier if they fit already, <see cref="Never"/> if never.</summary>
    internal abstract long FitsAt(Span<long> state, double limit, long now, long permits);

    /// <summary>Takes permits, whether or not they fit, and marks where they were counted.</summary>
    internal abstract void Charge(Span<long> state, double limit, long now, long permits, ref ChargeMark mark);

    /// <summary>Gives back permits that <see cref="Charge"/> took, unless time has already brought them back.</summary>
    internal abstract void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark);

    /// <summary>
    /// Gives back permits, whatever request took them, as if the last ones had not been taken; never more than are used. Permits of
    /// a concurrency quota that requests hold are not given back.
    /// </summary>
    internal abstract void Grant(Span<long> state, double limit, long now, long permits);

    /// <summary>Returns the status of the caller.</summary>
    internal abstract QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated);

    /// <summary>Returns the moment from which the state contains no information, so that dropping it changes no result.</summary>
    internal abstract long FullAt(ReadOnlySpan<long> state);

    /// <summary>Prepares the state for another limit: used permits stay used.</summary>
    internal virtual void LimitChanges(Span<long> state, double from, double to, long now)
    {
    }
}
