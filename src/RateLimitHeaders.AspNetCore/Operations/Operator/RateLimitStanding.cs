namespace RateLimitHeaders.AspNetCore;

/// <summary>The standing of a caller under one policy.</summary>
/// <param name="PolicyName">The name of the policy.</param>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">The id within the token type, or a hash of it.</param>
/// <param name="Statuses">The caller's status with each quota; empty if it is not known.</param>
public sealed record RateLimitStanding(string PolicyName, string TokenType, string Id, IReadOnlyList<QuotaStatus> Statuses)
{
    /// <summary>Gets a value indicating whether <see cref="Id"/> is a hash, which operators cannot use to act on the caller.</summary>
    public bool IsHash { get; init; }

    /// <summary>
    /// Gets a value indicating whether the caller's requests are counted and never rejected, because the plan is report-only for it; for a
    /// hash, whether the plan is report-only for all callers.
    /// </summary>
    public bool IsReportOnly { get; init; }

    /// <summary>Gets the reason why there are no <see cref="Statuses"/>; <see langword="null"/> if there are.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Gets the time that is left of the caller's ban at <see cref="TakenAt"/>; <see langword="null"/> if it is not banned, and for a hash.
    /// </summary>
    public TimeSpan? BannedFor { get; init; }

    /// <summary>Gets the moment of the statuses.</summary>
    public DateTimeOffset TakenAt { get; init; }
}
