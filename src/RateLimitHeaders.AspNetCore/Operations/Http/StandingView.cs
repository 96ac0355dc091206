namespace RateLimitHeaders.AspNetCore;

/// <summary>The standing of a caller under one policy, for JSON.</summary>
/// <param name="Policy">The name of the policy.</param>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">The id of the caller, or a hash of it.</param>
/// <param name="IdIsHash">Whether the id is a hash.</param>
/// <param name="ReportOnly">Whether the caller's requests are counted and never rejected.</param>
/// <param name="Quotas">The caller's status with each quota.</param>
/// <param name="Bans">Whether the plan bans callers.</param>
/// <param name="BannedUntil">
/// When the ban of the caller ends, in seconds since the Unix epoch; <see langword="null"/> if it is not banned, and for a hash.
/// </param>
/// <param name="Headers">Whether responses to the caller carry rate limit headers, and if not, why.</param>
internal sealed record StandingView(
    string Policy,
    string TokenType,
    string Id,
    bool IdIsHash,
    bool ReportOnly,
    IReadOnlyList<QuotaView> Quotas,
    bool Bans,
    long? BannedUntil,
    HeadersView Headers)
{
    public static StandingView Of(RateLimitStanding standing, RateLimitSnapshot snapshot)
    {
        var statuses = standing.Statuses.ToArray();
        var plan = snapshot.Policies.FirstOrDefault(policy => policy.Name == standing.PolicyName)?.CountedPlanOf(standing.TokenType);
        var reason = statuses.Length == 0 ? NoHeaders.WithoutStatuses(standing.Reason)
            : plan is null ? null
            : standing.IsReportOnly && !snapshot.Handling.Headers.WritesReportOnly ? NoHeaders.ReportOnly
            : snapshot.Handling.Headers.WhyNone(statuses, plan.Definition.Headers, isRejected: false);
        return new StandingView(
            standing.PolicyName,
            standing.TokenType,
            standing.Id,
            standing.IsHash,
            standing.IsReportOnly,
            QuotaView.Of(statuses, elapsed: 0, RateLimitClock.UnixTicks(standing.TakenAt)),
            plan?.Bans is not null,
            standing.BannedFor is { } left ? HeaderContext.SecondsUp(RateLimitClock.UnixTicks(standing.TakenAt) + left.Ticks) : null,
            HeadersView.Of(reason, snapshot.Definition.Headers, standing.IsReportOnly));
    }
}
