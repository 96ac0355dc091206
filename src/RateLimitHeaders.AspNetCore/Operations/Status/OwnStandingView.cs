namespace RateLimitHeaders.AspNetCore;

/// <summary>The standing of the caller under one policy, for JSON.</summary>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Resource">The name of the group of endpoints.</param>
/// <param name="TokenType">The token type of the caller; <see langword="null"/> if the application's own limiters distinguish callers.</param>
/// <param name="Limited">Whether the caller is limited under the policy.</param>
/// <param name="ReportOnly">Whether the caller's requests are counted and never rejected.</param>
/// <param name="BannedUntil">When the ban of the caller ends, in seconds since the Unix epoch; <see langword="null"/> if it is not banned.</param>
/// <param name="Quotas">The caller's status with each quota; empty if it is not known.</param>
/// <param name="Headers">Whether responses to the caller carry rate limit headers, and if not, why.</param>
internal sealed record OwnStandingView(
    string Policy,
    string Resource,
    string? TokenType,
    bool Limited,
    bool ReportOnly,
    long? BannedUntil,
    IReadOnlyList<QuotaView> Quotas,
    HeadersView Headers);
