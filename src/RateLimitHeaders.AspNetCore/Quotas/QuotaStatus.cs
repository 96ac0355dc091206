namespace RateLimitHeaders.AspNetCore;

/// <summary>The status of a caller with one quota, right after an acquisition (the IETF draft's "service limit").</summary>
/// <remarks>Times count from the moment of the acquisition. Values that a limiter of the application does not report are <see langword="null"/>.</remarks>
public readonly struct QuotaStatus
{
    private const long None = -1;

    private readonly double _limit;
    private readonly long _untilMore;
    private readonly long _untilAll;

    /// <summary>Creates the status of a caller with a quota of a limiter of the application.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="limit">The limit, 0 or more; <see langword="null"/> if it is not known.</param>
    /// <param name="remaining">The number of whole permits that are left, 0 or more.</param>
    /// <param name="untilMore">The time until more permits are available than now; <see langword="null"/> for none, or not known.</param>
    /// <param name="untilAll">The time until all permits are available again; <see langword="null"/> for none, or not known.</param>
    /// <param name="isViolated">Whether this quota had not enough permits.</param>
    /// <exception cref="ArgumentNullException"><paramref name="quota"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number or a time is negative.</exception>
    public QuotaStatus(
        QuotaDescription quota, double? limit, long remaining, TimeSpan? untilMore = null, TimeSpan? untilAll = null, bool isViolated = false)
        : this(quota, limit ?? double.NaN, remaining, untilMore?.Ticks ?? None, untilAll?.Ticks ?? None, isViolated)
    {
        ArgumentNullException.ThrowIfNull(quota);
        ArgumentOutOfRangeException.ThrowIfNegative(limit.GetValueOrDefault(), nameof(limit));
        ArgumentOutOfRangeException.ThrowIfNegative(remaining);
        ArgumentOutOfRangeException.ThrowIfLessThan(untilMore.GetValueOrDefault(), TimeSpan.Zero, nameof(untilMore));
        ArgumentOutOfRangeException.ThrowIfLessThan(untilAll.GetValueOrDefault(), TimeSpan.Zero, nameof(untilAll));
    }

    internal QuotaStatus(QuotaDescription quota, double limit, long remaining, long untilMore, long untilAll, bool isViolated)
    {
        Quota = quota;
        _limit = limit;
        Remaining = remaining;
        _untilMore = untilMore;
        _untilAll = untilAll;
        IsViolated = isViolated;
    }

    /// <summary>Gets the quota to which the status belongs.</summary>
    public QuotaDescription Quota { get; }

    /// <summary>Gets the quota's name.</summary>
    public string Name => Quota.Name;

    /// <summary>Gets the limit in quota units, which may be fractional; <see langword="null"/> if it is not known.</summary>
    public double? Limit => double.IsNaN(_limit) ? null : _limit;

    /// <summary>Gets the number of whole permits that are left, 0 or more.</summary>
    public long Remaining { get; }

    /// <summary>
    /// Gets the time until at least one more permit is available than now; <see langword="null"/> if nothing is used,
    /// if no permit comes back with time (concurrency), or if it is not known.
    /// </summary>
    public TimeSpan? UntilMore => _untilMore == None ? null : new TimeSpan(_untilMore);

    /// <summary>
    /// Gets the time until the whole limit is available again, if no other request acquires until then; <see langword="null"/> if
    /// no permit comes back with time (concurrency), or if it is not known.
    /// </summary>
    public TimeSpan? UntilAll => _untilAll == None ? null : new TimeSpan(_untilAll);

    /// <summary>Gets a value indicating whether this quota had not enough permits for the acquisition.</summary>
    public bool IsViolated { get; }

    /// <summary>Gets the limit, or <see cref="double.NaN"/> if it is not known.</summary>
    internal double LimitOrNaN => _limit;

    /// <summary>Gets <see cref="UntilMore"/> in ticks, or a negative number for none.</summary>
    internal long UntilMoreTicks => _untilMore;

    /// <summary>Gets <see cref="UntilAll"/> in ticks, or a negative number for none.</summary>
    internal long UntilAllTicks => _untilAll;

    /// <summary>
    /// Gets the share of the limit that is left, from 0 to 1; 1 if all whole permits are left, or if the limit is not known.
    /// </summary>
    internal double RemainingShare => _limit >= 1 && Remaining >= (long)_limit ? 1
        : _limit > 0 ? Remaining / _limit
        : Remaining > 0 || double.IsNaN(_limit) ? 1
        : 0;

    /// <summary>
    /// Gets the number of whole permits of the limit that are used, 0 or more; <see langword="null"/> if the limit is not known.
    /// </summary>
    internal long? Used => Limit is { } limit ? Math.Max(0, (long)limit - Remaining) : null;

    /// <summary>The value of <c>untilMore</c> and <c>untilAll</c> for "none, or not known".</summary>
    internal static long NoTime => None;

    /// <summary>Returns this status as it is at a later moment.</summary>
    /// <param name="elapsed">The ticks from the moment of this status to the later one.</param>
    /// <param name="name">The description of the quota then; <see langword="null"/> for the same description.</param>
    internal QuotaStatus Later(long elapsed, QuotaDescription? name = null) => elapsed == 0 && name is null
        ? this
        : new(name ?? Quota, _limit, Remaining, TimeLater(_untilMore, elapsed), TimeLater(_untilAll, elapsed), IsViolated);

    /// <summary>Returns the index of the quota with the smallest share left, if that is less than a share; otherwise -1.</summary>
    internal static int NearestLimit(ReadOnlySpan<QuotaStatus> statuses, double nearLimit)
    {
        var nearest = -1;
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i].RemainingShare < nearLimit)
            {
                (nearest, nearLimit) = (i, statuses[i].RemainingShare);
            }
        }

        return nearest;
    }

    private static long TimeLater(long ticks, long elapsed) => ticks < 0 ? ticks : Math.Max(0, ticks - elapsed);
}
