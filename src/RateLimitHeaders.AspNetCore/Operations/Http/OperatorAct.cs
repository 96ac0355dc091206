namespace RateLimitHeaders.AspNetCore;

/// <summary>A request of an operator over HTTP.</summary>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">The id of the caller.</param>
/// <param name="Policy">The name of the policy; <see langword="null"/> for all.</param>
/// <param name="Permits">The permits to grant.</param>
/// <param name="Seconds">How long to ban the caller, in seconds.</param>
/// <param name="Quota">The name of the quota to grant permits of, or a unit; <see langword="null"/> for all quotas that do not count bytes.</param>
internal sealed record OperatorAct(string? TokenType, string? Id, string? Policy = null, long Permits = 0, double Seconds = 0, string? Quota = null)
{
    /// <summary>
    /// Gets how long to ban the caller. Longer times become the maximum plus one second, which the operator rejects: a
    /// <see cref="TimeSpan"/> cannot hold every number.
    /// </summary>
    public TimeSpan Lasting => TimeSpan.FromSeconds(Math.Clamp(Seconds, 0, QuotaRules.MaxWindow.TotalSeconds + 1));

    public RateLimitTarget Target => new(TokenType ?? string.Empty, Id ?? string.Empty) { PolicyName = Policy };
}
