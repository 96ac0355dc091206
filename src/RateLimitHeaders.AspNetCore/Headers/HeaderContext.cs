namespace RateLimitHeaders.AspNetCore;

/// <summary>The values of one response that every header family writes, each in its own format.</summary>
internal readonly ref struct HeaderContext
{
    private delegate bool Comparison(in QuotaStatus status, in QuotaStatus other);

    /// <summary>Gets the caller's status with each quota that is shown, as of <see cref="Elapsed"/> ticks ago.</summary>
    public required ReadOnlySpan<QuotaStatus> Statuses { get; init; }

    /// <summary>Gets the index of the quota that is shown by a family that shows one: the closest to exhaustion, or the violated one.</summary>
    public required int Decisive { get; init; }

    /// <summary>Gets the time since the statuses were taken, in ticks.</summary>
    public required long Elapsed { get; init; }

    /// <summary>
    /// Gets the present moment by the wall clock, in ticks since the Unix epoch: by the clock of the store that counts, if there is one.
    /// </summary>
    public required long WallClock { get; init; }

    /// <summary>Gets the request: its policy, its caller, and the ticks that are added to the announced times of its response.</summary>
    public required LimitedRequest Request { get; init; }

    /// <summary>Gets the settings of headers.</summary>
    public required HeadersDefinition Settings { get; init; }

    /// <summary>Gets a value indicating whether the response is a rejection, but not by this library.</summary>
    public required bool IsBackendsRejection { get; init; }

    /// <summary>Gets a value indicating whether the response shows when to come back.</summary>
    public required bool HasReset { get; init; }

    /// <summary>
    /// Gets the index of the quota with the fewest permits left, as the IETF drafts -06 and -07 require; on a rejection <see cref="Decisive"/>.
    /// </summary>
    public int Lowest => Of(Request, Statuses, static (in QuotaStatus status, in QuotaStatus other) =>
        status.Remaining != other.Remaining ? status.Remaining < other.Remaining : IsCloser(status, other));

    public Plan Plan => Request.Plan;

    public ref readonly QuotaStatus DecisiveStatus => ref Statuses[Decisive];

    public bool IsNearLimit(in QuotaStatus status) => status.RemainingShare < Settings.NearLimit;

    /// <summary>
    /// Returns the permits to show: those that are left, or fewer if a caller that used them all before more become available would
    /// exceed the advertised rate. For a rejected caller, 0 stays 0.
    /// </summary>
    public long Remaining(in QuotaStatus status)
    {
        if (double.IsPositiveInfinity(Settings.AdvertisedRate) || status.UntilMoreTicks < 0)
        {
            return status.Remaining;
        }

        var seconds = Math.Max(1, SecondsUp(UntilMore(status)));
        return (long)Math.Min(status.Remaining, Math.Floor(Settings.AdvertisedRate * seconds));
    }

    /// <summary>Returns the whole seconds until more permits are available, or -1 for none. Jitter makes it later, never earlier.</summary>
    public long SecondsUntilMore(in QuotaStatus status) =>
        status.UntilMoreTicks < 0 ? -1 : SecondsUp(UntilMore(status) + Request.Jitter);

    /// <summary>
    /// Returns the ticks until the moment for which a client should wait, or -1 for none: on a rejection the moment of Retry-After, with
    /// nothing left the moment at which a permit fits, and otherwise the moment at which all are back. No jitter: one window has one Reset.
    /// </summary>
    public long UntilReset(in QuotaStatus status)
    {
        if (!HasReset)
        {
            return -1;
        }

        var isRejected = Request.Decision.Outcome == RateLimitOutcome.Rejected;
        var wait = Request.Decision.RetryAfter?.Ticks ?? -1;

        // A rejection may wait longer than the quota that is shown: for a ban, or for another quota.
        var ticks = Settings.ResetWhenFull ? isRejected && status.UntilAllTicks >= 0 ? Math.Max(status.UntilAllTicks, wait) : status.UntilAllTicks
            : isRejected ? wait
            : status.Remaining == 0 ? status.UntilMoreTicks
            : status.UntilAllTicks;
        return ticks < 0 ? -1 : Math.Max(0, ticks - Elapsed);
    }

    /// <summary>Returns the same moment in whole seconds from now, or -1 for none.</summary>
    public long SecondsUntilReset(in QuotaStatus status) => UntilReset(status) is >= 0 and var ticks ? SecondsUp(ticks) : -1;

    /// <summary>
    /// Returns the index of the quota with the smallest share left; of equal shares, the one with the fewest permits left. On a rejection
    /// it is the violated quota with the longest wait.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="statuses">The statuses that are shown.</param>
    public static int ClosestOf(LimitedRequest request, ReadOnlySpan<QuotaStatus> statuses) => Of(request, statuses, IsCloser);

    public static long SecondsUp(long ticks) => Up(ticks, TimeSpan.TicksPerSecond);

    public static long Up(long ticks, long unit) => (ticks + unit - 1) / unit;

    private long UntilMore(in QuotaStatus status) => Math.Max(0, status.UntilMoreTicks - Elapsed);

    private static int Of(LimitedRequest request, ReadOnlySpan<QuotaStatus> statuses, Comparison isCloser)
    {
        var displays = request.Plan.Displays;
        var pinned = displays is null ? -1 : Array.IndexOf(displays, QuotaDisplay.Pinned);
        if (pinned >= 0)
        {
            return pinned;
        }

        var longestWait = request.Plan.ShownIndexOf(request.Decision.LongestWait);
        if (longestWait >= 0 && !IsHidden(longestWait))
        {
            return longestWait;
        }

        var shown = -1;
        for (var i = 0; i < statuses.Length; i++)
        {
            if (!IsHidden(i) && (shown < 0 || Prefers(statuses[i], statuses[shown], isCloser)))
            {
                shown = i;
            }
        }

        return Math.Max(0, shown);

        // The quotas of the application's own limiters come last, and none of them is hidden.
        bool IsHidden(int quota) => displays is not null && quota < displays.Length && displays[quota] == QuotaDisplay.Hidden;
    }

    private static bool Prefers(in QuotaStatus status, in QuotaStatus other, Comparison isCloser) =>

        // A limiter of the application may report which quotas are violated on a rejection.
        status.IsViolated != other.IsViolated ? status.IsViolated

            // The number of running requests contains little information about how many requests are left.
            : status.Quota.IsConcurrency != other.Quota.IsConcurrency ? other.Quota.IsConcurrency
            : isCloser(status, other);

    private static bool IsCloser(in QuotaStatus status, in QuotaStatus other)
    {
        var (share, otherShare) = (status.RemainingShare, other.RemainingShare);
        return share != otherShare ? share < otherShare
            : status.Remaining != other.Remaining ? status.Remaining < other.Remaining
            : status.UntilMoreTicks > other.UntilMoreTicks;
    }
}
