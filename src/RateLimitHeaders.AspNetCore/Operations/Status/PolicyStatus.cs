namespace RateLimitHeaders.AspNetCore;

/// <summary>Where the caller stands under one policy, as JSON tells it.</summary>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Resource">The name of the group of endpoints.</param>
/// <param name="TokenType">The token type of the caller; <see langword="null"/> where the application's own limiters tell callers apart.</param>
/// <param name="Limited">Whether the caller is limited under the policy.</param>
/// <param name="Quotas">Where the caller stands with each quota; empty where that is not known.</param>
/// <param name="Headers">Whether responses to the caller carry rate limit headers, and if not why.</param>
internal sealed record PolicyStatus(
    string Policy, string Resource, string? TokenType, bool Limited, IReadOnlyList<QuotaView> Quotas, HeadersView Headers);
