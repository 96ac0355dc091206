namespace RateLimitHeaders.AspNetCore;

/// <summary>The facts about one response that every header family prints, each in its own words.</summary>
internal readonly ref struct HeaderFacts
{
    /// <summary>Gets where the caller stands with each quota, as of <see cref="Elapsed"/> ticks ago.</summary>
    public required ReadOnlySpan<QuotaStatus> Statuses { get; init; }

    /// <summary>Gets the index of the quota that a family shows which shows one: the closest to exhaustion, or the violated one.</summary>
    public required int Decisive { get; init; }

    /// <summary>Gets the time since the statuses were taken, in ticks.</summary>
    public required long Elapsed { get; init; }

    /// <summary>
    /// Gets the present by the wall clock, in ticks since the Unix epoch: by the clock of the store that counts, if there is one.
    /// </summary>
    public required long WallClock { get; init; }

    /// <summary>Gets the request: its policy, its caller, and by how many ticks its response tells its times later.</summary>
    public required LimitedRequest Request { get; init; }

    /// <summary>Gets the rate above which permits are not advertised, per second; infinite for no cap.</summary>
    public required double AdvertisedRate { get; init; }

    /// <summary>Gets what becomes of fields that the response carries already.</summary>
    public required ExistingFields Existing { get; init; }

    /// <summary>Gets a value indicating whether the response is a rejection by something else than this library.</summary>
    public required bool IsBackendsRejection { get; init; }

    /// <summary>Gets a value indicating whether the response tells when to come back.</summary>
    public required bool HasReset { get; init; }

    /// <summary>Gets a value indicating whether Reset always tells when the whole limit is available again.</summary>
    public required bool ResetWhenFull { get; init; }

    /// <summary>Gets the share of a limit below which its caller is near the limit.</summary>
    public required double NearLimit { get; init; }

    /// <summary>Gets the index of the quota with the least left, which drafts -06 and -07 show.</summary>
    public int Lowest => ShownQuota.LowestOf(Request);

    public Plan Plan => Request.Plan;

    public ref readonly QuotaStatus DecisiveStatus => ref Statuses[Decisive];

    public bool IsNearLimit(in QuotaStatus status) => status.RemainingShare < NearLimit;

    /// <summary>
    /// Gets the permits to show: those that are left, or fewer where a caller that used them all before more come would
    /// exceed the advertised rate. Of a rejected caller, 0 stays 0.
    /// </summary>
    public long Remaining(in QuotaStatus status)
    {
        if (double.IsPositiveInfinity(AdvertisedRate) || status.UntilMoreTicks < 0)
        {
            return status.Remaining;
        }

        var seconds = Math.Max(1, SecondsUp(UntilMore(status)));
        return (long)Math.Min(status.Remaining, Math.Floor(AdvertisedRate * seconds));
    }

    /// <summary>Gets the whole seconds until more comes, or -1 for none. Jitter tells it later, never earlier.</summary>
    public long SecondsUntilMore(in QuotaStatus status) =>
        status.UntilMoreTicks < 0 ? -1 : SecondsUp(UntilMore(status) + Request.Jitter);

    /// <summary>
    /// Gets the ticks until the moment that a client should wait for, or -1 for none: on a rejection that of Retry-After, with
    /// nothing left that at which a permit fits, and otherwise that at which all is back. No jitter: one window has one Reset.
    /// </summary>
    public long UntilReset(in QuotaStatus status)
    {
        if (!HasReset)
        {
            return -1;
        }

        var ticks = ResetWhenFull ? status.UntilAllTicks
            : Request.Decision.Outcome == RateLimitOutcome.Rejected ? Request.Decision.RetryAfter?.Ticks ?? -1
            : status.Remaining == 0 ? status.UntilMoreTicks
            : status.UntilAllTicks;
        return ticks < 0 ? -1 : Math.Max(0, ticks - Elapsed);
    }

    /// <summary>Gets the same moment in whole seconds from now, with the jitter of the response.</summary>
    public long SecondsUntilReset(in QuotaStatus status) =>
        UntilReset(status) is >= 0 and var ticks ? SecondsUp(ticks + Request.Jitter) : -1;

    public static long SecondsUp(long ticks) => Up(ticks, TimeSpan.TicksPerSecond);

    public static long Up(long ticks, long unit) => (ticks + unit - 1) / unit;

    private long UntilMore(in QuotaStatus status) => Math.Max(0, status.UntilMoreTicks - Elapsed);
}
