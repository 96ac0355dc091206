namespace RateLimitHeaders.AspNetCore;

/// <summary>What an operator asks for over HTTP.</summary>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">The id of the caller.</param>
/// <param name="Policy">The name of the policy; <see langword="null"/> for all.</param>
/// <param name="Permits">The permits to grant.</param>
/// <param name="Quota">The name of the quota to grant permits of, or a unit; <see langword="null"/> for all quotas.</param>
internal sealed record OperatorAct(string? TokenType, string? Id, string? Policy = null, long Permits = 0, string? Quota = null)
{
    public RateLimitTarget Target => new(TokenType ?? string.Empty, Id ?? string.Empty) { PolicyName = Policy };
}
