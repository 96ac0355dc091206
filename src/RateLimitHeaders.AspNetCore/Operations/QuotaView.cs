namespace RateLimitHeaders.AspNetCore;

/// <summary>The status of a caller with one quota, for JSON.</summary>
/// <param name="Name">The name of the quota.</param>
/// <param name="Unit">The quota unit.</param>
/// <param name="Limit">The limit; <see langword="null"/> if it is not known.</param>
/// <param name="Used">The permits that are used, never more than the limit.</param>
/// <param name="Remaining">The permits that are left.</param>
/// <param name="Window">The length of the window in seconds; <see langword="null"/> for none.</param>
/// <param name="MoreAfter">The seconds until more permits are left than now; <see langword="null"/> for none.</param>
/// <param name="Reset">When all permits are back, in seconds since the Unix epoch; <see langword="null"/> if none comes back with time.</param>
internal sealed record QuotaView(
    string Name, string Unit, double? Limit, long? Used, long Remaining, double? Window, long? MoreAfter, long? Reset)
{
    /// <summary>Describes all quotas of a decision.</summary>
    /// <param name="statuses">The statuses.</param>
    /// <param name="elapsed">The ticks since they were taken.</param>
    /// <param name="wallClock">The present moment, in ticks since the Unix epoch.</param>
    public static IReadOnlyList<QuotaView> Of(ReadOnlySpan<QuotaStatus> statuses, long elapsed, long wallClock)
    {
        var views = new QuotaView[statuses.Length];
        for (var i = 0; i < views.Length; i++)
        {
            ref readonly var status = ref statuses[i];
            views[i] = new QuotaView(
                status.Name,
                status.Quota.Unit,
                status.Limit,
                status.Used,
                status.Remaining,
                status.Quota.Window?.TotalSeconds,
                status.UntilMoreTicks < 0 ? null : HeaderContext.SecondsUp(Math.Max(0, status.UntilMoreTicks - elapsed)),
                status.UntilAllTicks < 0 ? null : HeaderContext.SecondsUp(wallClock + Math.Max(0, status.UntilAllTicks - elapsed)));
        }

        return views;
    }
}
