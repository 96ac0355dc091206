namespace RateLimitHeaders.AspNetCore;

/// <summary>Where a caller stands under one policy.</summary>
/// <param name="PolicyName">The name of the policy.</param>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">The id within the token type, or a hash of it.</param>
/// <param name="Statuses">Where the caller stands with each quota; empty if that is not known.</param>
public sealed record RateLimitStanding(string PolicyName, string TokenType, string Id, IReadOnlyList<QuotaStatus> Statuses)
{
    /// <summary>Gets a value indicating whether <see cref="Id"/> is a hash, by which no operator can act.</summary>
    public bool IsHash { get; init; }

    /// <summary>
    /// Gets a value indicating whether the caller's requests are counted and none is rejected, since the plan is report-only for it; of a
    /// hash, whether it is report-only for all callers.
    /// </summary>
    public bool IsReportOnly { get; init; }

    /// <summary>Gets why there are no <see cref="Statuses"/>; <see langword="null"/> if there are.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets for how long the caller is banned from <see cref="TakenAt"/> on; <see langword="null"/> if it is not, and of a hash.</summary>
    public TimeSpan? BannedFor { get; init; }

    /// <summary>Gets the moment of the statuses.</summary>
    public DateTimeOffset TakenAt { get; init; }
}
