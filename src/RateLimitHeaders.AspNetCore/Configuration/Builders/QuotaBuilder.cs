using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Adds quotas. Several quotas are one decision: all are charged or none.</summary>
/// <typeparam name="TSelf">The builder itself, so that its own methods can follow.</typeparam>
/// <remarks>
/// A limit that is a function of the caller is asked for on every request and must be answered at once. What is used stays used
/// when the limit changes. A limit of 0 grants nothing. If the function throws, or returns a negative number or no number, that
/// is logged, and the request is limited by its client IP address.
/// </remarks>
public abstract class QuotaBuilder<TSelf>
    where TSelf : QuotaBuilder<TSelf>
{
    /// <summary>The name of a quota that is given none: <c>default</c>.</summary>
    private const string DefaultName = "default";

    private readonly OrderedDictionary<string, QuotaOptions> _quotas;

    private protected QuotaBuilder(BuilderState state, OrderedDictionary<string, QuotaOptions> quotas, string path)
    {
        State = state;
        Path = path;
        _quotas = quotas;
    }

    /// <summary>Gets where in the configuration the options are that this builder writes.</summary>
    private protected string Path { get; }

    private protected BuilderState State { get; }

    /// <summary>Adds a fixed window by the name of <c>default</c>.</summary>
    /// <param name="permitLimit">The permits per window, from 1 on.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="alignToClock">Whether windows begin at multiples of their length since the Unix epoch, UTC; by default with the first request.</param>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(double permitLimit, TimeSpan window, bool alignToClock = false) =>
        FixedWindow(DefaultName, permitLimit, window, alignToClock);

    /// <inheritdoc cref="Quota.FixedWindow"/>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(
        string name, double permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.FixedWindow, new() { PermitLimit = permitLimit, Window = window, AlignToClock = alignToClock, Unit = unit });

    /// <summary>Adds a fixed window whose limit depends on the caller.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Tells the permits per window; see the remarks of this class.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="alignToClock">Whether windows begin at multiples of their length since the Unix epoch, UTC; by default with the first request.</param>
    /// <param name="unit">The quota unit; one of <see cref="QuotaUnits"/>.</param>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(
        string name, Func<RateLimitCaller, double> permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.FixedWindow, new() { DynamicLimit = NotNull(permitLimit), Window = window, AlignToClock = alignToClock, Unit = unit });

    /// <summary>Adds a sliding window by the name of <c>default</c>.</summary>
    /// <param name="permitLimit">The permits in any period of the window's length, from 1 on.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="segments">How many segments the window is counted in; 12 by default.</param>
    /// <returns>This builder.</returns>
    public TSelf SlidingWindow(double permitLimit, TimeSpan window, int segments = SlidingWindowQuota.DefaultSegments) =>
        SlidingWindow(DefaultName, permitLimit, window, segments);

    /// <inheritdoc cref="Quota.SlidingWindow"/>
    /// <returns>This builder.</returns>
    public TSelf SlidingWindow(
        string name, double permitLimit, TimeSpan window, int segments = SlidingWindowQuota.DefaultSegments, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.SlidingWindow, new() { PermitLimit = permitLimit, Window = window, Segments = segments, Unit = unit });

    /// <summary>Adds a sliding window whose limit depends on the caller.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Tells the permits in any period of the window's length; see the remarks of this class.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="segments">How many segments the window is counted in; 12 by default.</param>
    /// <param name="unit">The quota unit; one of <see cref="QuotaUnits"/>.</param>
    /// <returns>This builder.</returns>
    public TSelf SlidingWindow(
        string name,
        Func<RateLimitCaller, double> permitLimit,
        TimeSpan window,
        int segments = SlidingWindowQuota.DefaultSegments,
        string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.SlidingWindow, new() { DynamicLimit = NotNull(permitLimit), Window = window, Segments = segments, Unit = unit });

    /// <summary>Adds a token bucket by the name of <c>default</c>.</summary>
    /// <param name="capacity">The tokens of a full bucket, from 1 on; may be fractional.</param>
    /// <param name="refillPerSecond">The tokens that come back per second, more than 0; may be fractional.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(double capacity, double refillPerSecond) => TokenBucket(DefaultName, capacity, refillPerSecond);

    /// <inheritdoc cref="Quota.TokenBucket(string, double, double, string)"/>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(string name, double capacity, double refillPerSecond, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.TokenBucket, new() { PermitLimit = capacity, RefillPerSecond = refillPerSecond, Unit = unit });

    /// <inheritdoc cref="Quota.TokenBucket(string, double, TimeSpan, string)"/>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(string name, double permitLimit, TimeSpan period, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.TokenBucket, new() { PermitLimit = permitLimit, Window = period, Unit = unit });

    /// <summary>Adds a token bucket whose size and rate depend on the caller: it holds what it refills in a period.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Tells the tokens of a full bucket, and so the tokens that come back per period.</param>
    /// <param name="period">The time in which an empty bucket fills.</param>
    /// <param name="unit">The quota unit; one of <see cref="QuotaUnits"/>.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(
        string name, Func<RateLimitCaller, double> permitLimit, TimeSpan period, string unit = QuotaUnits.Requests) =>
        Add(name, QuotaAlgorithm.TokenBucket, new() { DynamicLimit = NotNull(permitLimit), Window = period, Unit = unit });

    /// <inheritdoc cref="Quota.Concurrency"/>
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

    private static Func<RateLimitCaller, double> NotNull(Func<RateLimitCaller, double> permitLimit) =>
        permitLimit ?? throw new ArgumentNullException(nameof(permitLimit));

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
