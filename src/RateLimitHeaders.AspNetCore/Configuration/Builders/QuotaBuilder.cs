using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Adds quotas. Several quotas are decided together: all are charged, or none.</summary>
/// <typeparam name="TSelf">The builder itself, so that its own methods can follow.</typeparam>
/// <remarks>
/// A limit function runs on every request and must return without waiting. Used permits stay used
/// when the limit changes. A limit of 0 grants nothing. If the function throws, or returns a negative number or NaN, that
/// is logged, and the request is limited by its client IP address; if addresses are exempt, by the limits that the function last returned.
/// <para>
/// A value out of range throws no exception here: it stops the start-up, with all other errors in one
/// <see cref="RateLimitConfigurationException"/>. A builder can be used only during the call that it is passed to; its methods
/// throw an <see cref="InvalidOperationException"/> afterwards.
/// </para>
/// </remarks>
public abstract class QuotaBuilder<TSelf>
    where TSelf : QuotaBuilder<TSelf>
{
    /// <summary>The name of a quota that is added without a name: <c>default</c>.</summary>
    private const string DefaultName = "default";

    private readonly OrderedDictionary<string, QuotaOptions> _quotas;

    private protected QuotaBuilder(BuilderState state, OrderedDictionary<string, QuotaOptions> quotas, string path)
    {
        State = state;
        Path = path;
        _quotas = quotas;
    }

    /// <summary>Gets the path in the configuration of the options that this builder writes.</summary>
    private protected string Path { get; }

    private protected BuilderState State { get; }

    /// <summary>Adds a fixed window with the name <c>default</c>.</summary>
    /// <param name="permitLimit">The permits per window, 1 or more.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="alignToClock">
    /// Whether windows begin at multiples of their length since the Unix epoch, UTC; by default they begin with the first request.
    /// </param>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(double permitLimit, TimeSpan window, bool alignToClock = false) =>
        FixedWindow(DefaultName, permitLimit, window, alignToClock);

    /// <summary>Adds a fixed window.</summary>
    /// <inheritdoc cref="Quota.FixedWindow" path="/param"/>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(
        string name, double permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.FixedWindow, new() { PermitLimit = permitLimit, Window = window, AlignToClock = alignToClock, Unit = unit });

    /// <summary>Adds a fixed window whose limit depends on the caller.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Returns the permits per window; see the remarks of this class.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="alignToClock">
    /// Whether windows begin at multiples of their length since the Unix epoch, UTC; by default they begin with the first request.
    /// </param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(
        string name, Func<RateLimitCaller, double> permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.FixedWindow, new() { DynamicLimit = NotNull(permitLimit), Window = window, AlignToClock = alignToClock, Unit = unit });

    /// <summary>Adds a calendar window with the name <c>default</c>.</summary>
    /// <param name="permitLimit">The permits per window, 1 or more.</param>
    /// <param name="period">The length of the windows.</param>
    /// <param name="timeZone">The IANA id of the time zone in which windows begin at midnight; UTC by default.</param>
    /// <param name="firstDayOfWeek">The day on which weeks begin; Monday by default.</param>
    /// <returns>This builder.</returns>
    public TSelf CalendarWindow(
        double permitLimit,
        CalendarPeriod period,
        string timeZone = CalendarWindowQuota.DefaultTimeZone,
        DayOfWeek firstDayOfWeek = CalendarWindowQuota.DefaultFirstDayOfWeek) =>
        CalendarWindow(DefaultName, permitLimit, period, timeZone, firstDayOfWeek);

    /// <summary>Adds a calendar window: a day, week, month or year.</summary>
    /// <inheritdoc cref="Quota.CalendarWindow" path="/param"/>
    /// <returns>This builder.</returns>
    public TSelf CalendarWindow(
        string name,
        double permitLimit,
        CalendarPeriod period,
        string timeZone = CalendarWindowQuota.DefaultTimeZone,
        DayOfWeek firstDayOfWeek = CalendarWindowQuota.DefaultFirstDayOfWeek,
        string unit = QuotaUnits.Requests) =>
        AddCalendar(name, new() { PermitLimit = permitLimit, Unit = unit }, period, timeZone, firstDayOfWeek);

    /// <summary>Adds a calendar window whose limit depends on the caller.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Returns the permits per window; see the remarks of this class.</param>
    /// <param name="period">The length of the windows.</param>
    /// <param name="timeZone">The IANA id of the time zone in which windows begin at midnight; UTC by default.</param>
    /// <param name="firstDayOfWeek">The day on which weeks begin; Monday by default.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <returns>This builder.</returns>
    public TSelf CalendarWindow(
        string name,
        Func<RateLimitCaller, double> permitLimit,
        CalendarPeriod period,
        string timeZone = CalendarWindowQuota.DefaultTimeZone,
        DayOfWeek firstDayOfWeek = CalendarWindowQuota.DefaultFirstDayOfWeek,
        string unit = QuotaUnits.Requests) =>
        AddCalendar(name, new() { DynamicLimit = NotNull(permitLimit), Unit = unit }, period, timeZone, firstDayOfWeek);

    /// <summary>Adds a sliding window with the name <c>default</c>.</summary>
    /// <param name="permitLimit">The permits in any period of the window's length, 1 or more.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="segments">The number of segments in which the window is counted; 12 by default.</param>
    /// <returns>This builder.</returns>
    public TSelf SlidingWindow(double permitLimit, TimeSpan window, int segments = SlidingWindowQuota.DefaultSegments) =>
        SlidingWindow(DefaultName, permitLimit, window, segments);

    /// <summary>Adds a sliding window.</summary>
    /// <inheritdoc cref="Quota.SlidingWindow" path="/param"/>
    /// <returns>This builder.</returns>
    public TSelf SlidingWindow(
        string name, double permitLimit, TimeSpan window, int segments = SlidingWindowQuota.DefaultSegments, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.SlidingWindow, new() { PermitLimit = permitLimit, Window = window, Segments = segments, Unit = unit });

    /// <summary>Adds a sliding window whose limit depends on the caller.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Returns the permits in any period of the window's length; see the remarks of this class.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="segments">The number of segments in which the window is counted; 12 by default.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <returns>This builder.</returns>
    public TSelf SlidingWindow(
        string name,
        Func<RateLimitCaller, double> permitLimit,
        TimeSpan window,
        int segments = SlidingWindowQuota.DefaultSegments,
        string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.SlidingWindow, new() { DynamicLimit = NotNull(permitLimit), Window = window, Segments = segments, Unit = unit });

    /// <summary>Adds a token bucket with the name <c>default</c>.</summary>
    /// <param name="capacity">The tokens of a full bucket, 1 or more; may be fractional.</param>
    /// <param name="refillPerSecond">The tokens that are added per second, more than 0; may be fractional.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(double capacity, double refillPerSecond) => TokenBucket(DefaultName, capacity, refillPerSecond);

    /// <summary>Adds a token bucket with the name <c>default</c> whose capacity is refilled in one period.</summary>
    /// <param name="permitLimit">The tokens of a full bucket, and of each period, 1 or more; may be fractional.</param>
    /// <param name="period">The time in which an empty bucket fills.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(double permitLimit, TimeSpan period) => TokenBucket(DefaultName, permitLimit, period);

    /// <summary>Adds a token bucket.</summary>
    /// <inheritdoc cref="Quota.TokenBucket(string, double, double, string)" path="/param"/>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(string name, double capacity, double refillPerSecond, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.TokenBucket, new() { PermitLimit = capacity, RefillPerSecond = refillPerSecond, Unit = unit });

    /// <summary>Adds a token bucket whose capacity is refilled in one period.</summary>
    /// <inheritdoc cref="Quota.TokenBucket(string, double, TimeSpan, string)" path="/param"/>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(string name, double permitLimit, TimeSpan period, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.TokenBucket, new() { PermitLimit = permitLimit, Window = period, Unit = unit });

    /// <summary>Adds a token bucket whose capacity and rate depend on the caller: the capacity is refilled in one period.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Returns the tokens of a full bucket, which are also the tokens that are added per period.</param>
    /// <param name="period">The time in which an empty bucket fills.</param>
    /// <param name="unit">The quota unit: one of <see cref="QuotaUnits"/>, or a unit of the application.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(
        string name, Func<RateLimitCaller, double> permitLimit, TimeSpan period, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.TokenBucket, new() { DynamicLimit = NotNull(permitLimit), Window = period, Unit = unit });

    /// <summary>Adds a limit on the requests that run at the same time, with the name <c>default</c>.</summary>
    /// <param name="permitLimit">The requests that may run at the same time, 1 or more.</param>
    /// <param name="queueLimit">The number of permits that requests may wait for; with 0, the default, requests are rejected at once.</param>
    /// <param name="queueProcessingOrder">Which of the waiting requests is admitted first; the oldest by default.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> of rejections; a second by default.</param>
    /// <returns>This builder.</returns>
    public TSelf Concurrency(
        int permitLimit,
        int queueLimit = 0,
        QueueProcessingOrder queueProcessingOrder = QueueProcessingOrder.OldestFirst,
        TimeSpan? retryAfter = null) =>
        Concurrency(DefaultName, permitLimit, queueLimit, queueProcessingOrder, retryAfter);

    /// <summary>Adds a limit on the requests that run at the same time.</summary>
    /// <inheritdoc cref="Quota.Concurrency" path="/param"/>
    /// <returns>This builder.</returns>
    public TSelf Concurrency(
        string name,
        int permitLimit,
        int queueLimit = 0,
        QueueProcessingOrder queueProcessingOrder = QueueProcessingOrder.OldestFirst,
        TimeSpan? retryAfter = null) =>
        Add(name, QuotaAlgorithm.Concurrency, new()
        {
            PermitLimit = permitLimit,
            QueueLimit = queueLimit,
            QueueProcessingOrder = queueProcessingOrder,
            RetryAfter = retryAfter ?? ConcurrencyQuota.DefaultRetryAfter,
        });

    /// <summary>Makes header families that show one quota always show this one; see <see cref="QuotaDisplay"/>.</summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf Pin(string quotaName) => Change(NotNull(quotaName), quota => quota.Display = QuotaDisplay.Pinned);

    /// <summary>Prevents header families that show one quota from showing this one; see <see cref="QuotaDisplay"/>.</summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf Hide(string quotaName) => Change(NotNull(quotaName), quota => quota.Display = QuotaDisplay.Hidden);

    /// <summary>Sets the value that <see cref="HeadersBuilder.Reason"/> shows when a quota rejects a request; by default the quota's name.</summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <param name="reason">The reason, of printable ASCII characters.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf Reason(string quotaName, string reason) => Change(NotNull(quotaName), quota => quota.Reason = reason);

    /// <summary>Limits how much a caller can owe beyond the limit of a quota; see <see cref="QuotaOptions.MaxDebt"/>.</summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <param name="permits">The permits, from 0 to 999,999,999,999,999.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf MaxDebt(string quotaName, long permits) => Change(NotNull(quotaName), quota => quota.MaxDebt = permits);

    /// <summary>
    /// Makes a quota with the unit <see cref="QuotaUnits.ContentBytes"/> count the bytes of responses instead of costs; see
    /// <see cref="QuotaOptions.CountBytes"/>. A quota counts either those of requests or those of responses: the last call decides.
    /// </summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf CountResponseBytes(string quotaName) => Change(NotNull(quotaName), quota => quota.CountBytes = CountedBytes.Response);

    /// <summary>
    /// Makes a quota with the unit <see cref="QuotaUnits.ContentBytes"/> count the bytes of requests instead of costs; see
    /// <see cref="QuotaOptions.CountBytes"/>. A quota counts either those of requests or those of responses: the last call decides.
    /// </summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf CountRequestBytes(string quotaName) => Change(NotNull(quotaName), quota => quota.CountBytes = CountedBytes.Request);

    /// <summary>
    /// Makes each quota that was added before, except concurrency quotas, count only some responses; see <see cref="QuotaOptions.CountOnly"/>.
    /// </summary>
    /// <param name="responses">The responses.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">No quota was added before, or only concurrency quotas.</exception>
    public TSelf CountOnly(CountedResponses responses) => ChangeAll(quota => quota.CountOnly = responses);

    /// <summary>Makes a quota count only some responses; see <see cref="QuotaOptions.CountOnly"/>.</summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <param name="responses">The responses.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf CountOnly(string quotaName, CountedResponses responses) => Change(NotNull(quotaName), quota => quota.CountOnly = responses);

    /// <summary>
    /// Makes each quota that was added before, except concurrency quotas, count only responses for which a function returns <see langword="true"/>.
    /// </summary>
    /// <param name="counts">
    /// Returns whether a response counts. It is called when the response starts. If it throws, the exception is logged and the response counts.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">No quota was added before, or only concurrency quotas.</exception>
    public TSelf CountOnly(Func<HttpResponse, bool> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return ChangeAll(quota => quota.CountIf = counts);
    }

    /// <summary>Makes a quota count only responses for which a function returns <see langword="true"/>.</summary>
    /// <param name="quotaName">The name of a quota that was added before.</param>
    /// <param name="counts">Returns whether a response counts, as in <see cref="CountOnly(Func{HttpResponse, bool})"/>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is no quota with that name.</exception>
    public TSelf CountOnly(string quotaName, Func<HttpResponse, bool> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return Change(NotNull(quotaName), quota => quota.CountIf = counts);
    }

    /// <summary>
    /// Makes each quota that was added before, except concurrency quotas, not count responses with some statuses, such as 304.
    /// </summary>
    /// <param name="statusCodes">The statuses, from 100 to 599.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">No quota was added before, or only concurrency quotas.</exception>
    public TSelf DoNotCount(params int[] statusCodes)
    {
        ArgumentNullException.ThrowIfNull(statusCodes);
        return ChangeAll(quota => Array.ForEach(statusCodes, quota.DoNotCount.Add));
    }

    /// <summary>Changes a setting, unless the call that the builder belongs to is over.</summary>
    private protected TSelf Set(Action set)
    {
        State.ThrowIfOver();
        set();
        return (TSelf)this;
    }

    private TSelf Change(string quotaName, Action<QuotaOptions> change)
    {
        State.ThrowIfOver();
        if (!_quotas.TryGetValue(quotaName, out var quota))
        {
            throw new ArgumentException($"{Path}: there is no quota \"{quotaName}\" yet; add it before.", nameof(quotaName));
        }

        change(quota);
        return (TSelf)this;
    }

    private TSelf ChangeAll(Action<QuotaOptions> change)
    {
        State.ThrowIfOver();
        QuotaOptions[] quotas = [.. _quotas.Values.Where(quota => quota.Algorithm != QuotaAlgorithm.Concurrency)];
        if (quotas.Length == 0)
        {
            throw new InvalidOperationException($"{Path}: there is no quota yet except concurrency quotas; add one before.");
        }

        Array.ForEach(quotas, change);
        return (TSelf)this;
    }

    private static string NotNull(string quotaName) => quotaName ?? throw new ArgumentNullException(nameof(quotaName));

    private static Func<RateLimitCaller, double> NotNull(Func<RateLimitCaller, double> permitLimit) =>
        permitLimit ?? throw new ArgumentNullException(nameof(permitLimit));

    private TSelf AddCalendar(string name, QuotaOptions quota, CalendarPeriod period, string timeZone, DayOfWeek firstDayOfWeek)
    {
        (quota.Period, quota.TimeZone, quota.FirstDayOfWeek) = (period, timeZone, firstDayOfWeek);
        return Add(name, QuotaAlgorithm.CalendarWindow, quota);
    }

    private TSelf Add(string name, QuotaAlgorithm algorithm, QuotaOptions quota)
    {
        ArgumentNullException.ThrowIfNull(name);
        State.ThrowIfOver();
        quota.Algorithm = algorithm;
        if (!_quotas.TryAdd(name, quota))
        {
            State.AddConflict(
                RateLimitErrorIds.QuotaRepeated,
                OptionsPath.Quota(Path, name),
                $"Several quotas are named \"{name}\"; give each a name of its own.");
        }

        return (TSelf)this;
    }
}
