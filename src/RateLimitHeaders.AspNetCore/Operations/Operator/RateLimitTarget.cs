namespace RateLimitHeaders.AspNetCore;

/// <summary>The caller that an operator means, under one policy or under all.</summary>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">
/// The id within the token type, as <see cref="RateLimitPrincipal.Id"/> tells it; of a caller that is identified by its address,
/// the address, or <c>unknown</c> for connections without one.
/// </param>
public sealed record RateLimitTarget(string TokenType, string Id)
{
    /// <summary>Gets the name of the policy; <see langword="null"/>, the default, for all policies that count the token type.</summary>
    public string? PolicyName { get; init; }
}
