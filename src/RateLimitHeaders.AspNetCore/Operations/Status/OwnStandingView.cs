namespace RateLimitHeaders.AspNetCore;

/// <summary>Where the caller stands under one policy, as JSON tells it.</summary>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Resource">The name of the group of endpoints.</param>
/// <param name="TokenType">The token type of the caller; <see langword="null"/> where the application's own limiters tell callers apart.</param>
/// <param name="Limited">Whether the caller is limited under the policy.</param>
/// <param name="ReportOnly">Whether the caller's requests are counted and never rejected.</param>
/// <param name="BannedUntil">When the ban of the caller ends, in seconds since the Unix epoch; <see langword="null"/> if it is not banned.</param>
/// <param name="Quotas">Where the caller stands with each quota; empty where that is not known.</param>
/// <param name="Headers">Whether responses to the caller carry rate limit headers, and if not why.</param>
internal sealed record OwnStandingView(
    string Policy,
    string Resource,
    string? TokenType,
    bool Limited,
    bool ReportOnly,
    long? BannedUntil,
    IReadOnlyList<QuotaView> Quotas,
    HeadersView Headers);
