namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What a caller is told.</summary>
/// <param name="Answer">The answer of Redis that it comes from, which says when.</param>
/// <param name="Statuses">Where the caller stood then.</param>
internal readonly record struct Told(Answer Answer, QuotaStatus[] Statuses);
