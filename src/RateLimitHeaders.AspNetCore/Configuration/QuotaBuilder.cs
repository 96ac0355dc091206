using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Adds quotas. Several quotas are one decision: all are charged or none.</summary>
/// <typeparam name="TSelf">The builder itself, so that its own methods can follow.</typeparam>
/// <remarks>
/// Where a limit is a function of the caller, it is asked on every request and must answer at once; what is used stays
/// used when it answers differently. 0 grants nothing. If it throws or answers no number from 0 on, that is logged and the
/// request is limited as its address.
/// </remarks>
public abstract class QuotaBuilder<TSelf>
    where TSelf : QuotaBuilder<TSelf>
{
    /// <summary>The name of a quota that is given none: <c>default</c>.</summary>
    private const string DefaultName = "default";

    // What a quota whose limit is asked for later starts with: the least that grants anything.
    private const double LimitUntilAsked = 1;

    private readonly List<PlanQuota> _quotas = [];

    private protected QuotaBuilder(BuilderState state, string place)
    {
        State = state;
        Place = place;
    }

    internal IReadOnlyList<PlanQuota> Quotas => _quotas;

    /// <summary>Gets what comes before a finding, to tell where in the configuration it is.</summary>
    internal string Place { get; }

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
        string name, double permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests) => Add(
            QuotaRules.FixedWindow(name, permitLimit, window, unit),
            () => Quota.FixedWindow(name, permitLimit, window, alignToClock, unit));

    /// <summary>Adds a fixed window whose limit depends on the caller.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Tells the permits per window; see the remarks of this class.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="alignToClock">Whether windows begin at multiples of their length since the Unix epoch, UTC; by default with the first request.</param>
    /// <param name="unit">The quota unit; one of <see cref="QuotaUnits"/>.</param>
    /// <returns>This builder.</returns>
    public TSelf FixedWindow(
        string name, Func<RateLimitCaller, double> permitLimit, TimeSpan window, bool alignToClock = false, string unit = QuotaUnits.Requests) => Add(
            QuotaRules.FixedWindow(name, null, window, unit),
            () => Quota.FixedWindow(name, LimitUntilAsked, window, alignToClock, unit),
            permitLimit ?? throw new ArgumentNullException(nameof(permitLimit)));

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
        string name, double permitLimit, TimeSpan window, int segments = SlidingWindowQuota.DefaultSegments, string unit = QuotaUnits.Requests) => Add(
            QuotaRules.SlidingWindow(name, permitLimit, window, segments, unit),
            () => Quota.SlidingWindow(name, permitLimit, window, segments, unit));

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
        string unit = QuotaUnits.Requests) => Add(
            QuotaRules.SlidingWindow(name, null, window, segments, unit),
            () => Quota.SlidingWindow(name, LimitUntilAsked, window, segments, unit),
            permitLimit ?? throw new ArgumentNullException(nameof(permitLimit)));

    /// <summary>Adds a token bucket by the name of <c>default</c>.</summary>
    /// <param name="capacity">The tokens of a full bucket, from 1 on; may be fractional.</param>
    /// <param name="refillPerSecond">The tokens that come back per second, more than 0; may be fractional.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(double capacity, double refillPerSecond) => TokenBucket(DefaultName, capacity, refillPerSecond);

    /// <inheritdoc cref="Quota.TokenBucket(string, double, double, string)"/>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(string name, double capacity, double refillPerSecond, string unit = QuotaUnits.Requests) => Add(
        QuotaRules.TokenBucket(name, capacity, refillPerSecond, unit),
        () => Quota.TokenBucket(name, capacity, refillPerSecond, unit));

    /// <inheritdoc cref="Quota.TokenBucket(string, double, TimeSpan, string)"/>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(string name, double permitLimit, TimeSpan period, string unit = QuotaUnits.Requests) => Add(
        QuotaRules.TokenBucket(name, permitLimit, period, unit),
        () => Quota.TokenBucket(name, permitLimit, period, unit));

    /// <summary>Adds a token bucket whose size and rate depend on the caller: it holds what it refills in a period.</summary>
    /// <param name="name">The name, of printable ASCII characters (RFC 9651, section 3.3.3).</param>
    /// <param name="permitLimit">Tells the tokens of a full bucket, and so the tokens that come back per period.</param>
    /// <param name="period">The time in which an empty bucket fills.</param>
    /// <param name="unit">The quota unit; one of <see cref="QuotaUnits"/>.</param>
    /// <returns>This builder.</returns>
    public TSelf TokenBucket(
        string name, Func<RateLimitCaller, double> permitLimit, TimeSpan period, string unit = QuotaUnits.Requests) => Add(
            QuotaRules.TokenBucket(name, null, period, unit),
            () => Quota.TokenBucket(name, LimitUntilAsked, period, unit),
            permitLimit ?? throw new ArgumentNullException(nameof(permitLimit)));

    /// <inheritdoc cref="Quota.Concurrency"/>
    /// <returns>This builder.</returns>
    public TSelf Concurrency(
        string name,
        int permitLimit,
        int queueLimit = 0,
        QueueProcessingOrder queueProcessingOrder = QueueProcessingOrder.OldestFirst,
        TimeSpan? retryAfter = null) => Add(
            QuotaRules.Concurrency(name, permitLimit, queueLimit, retryAfter ?? ConcurrencyQuota.DefaultRetryAfter),
            () => Quota.Concurrency(name, permitLimit, queueLimit, queueProcessingOrder, retryAfter));

    internal void AddAll(IEnumerable<PlanQuota> quotas) => _quotas.AddRange(quotas);

    private TSelf Add(IEnumerable<string> findings, Func<Quota> create, Func<RateLimitCaller, double>? limit = null)
    {
        State.ThrowIfUsed();
        var here = findings.Select(finding => Place + finding).ToArray();
        State.Find(here);
        if (here.Length == 0)
        {
            _quotas.Add(new PlanQuota(create(), limit));
        }
        else
        {
            HasFaultyQuota = true;
        }

        return (TSelf)this;
    }

    /// <summary>Gets a value indicating whether a quota was given that cannot be used, so that "no quota" is no finding.</summary>
    private protected bool HasFaultyQuota { get; private set; }
}
