namespace RateLimitHeaders.AspNetCore;

/// <summary>The caller that an operator acts on, under one policy or under all.</summary>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">
/// The id within the token type, as in <see cref="RateLimitPrincipal.Id"/>; for a caller that is identified by its address,
/// the address, or <c>unknown</c> for connections without one. Under a policy that counts by values
/// (<see cref="PolicyBuilder.PartitionBy"/>) it is the id of a partition, as <see cref="IRateLimitOperator.ListNearestAsync"/> returns it:
/// each value, escaped (RFC 3986, section 2.1) and followed by a slash, then a space and the id of the caller, such as <c>GET/ 42</c>.
/// </param>
public sealed record RateLimitTarget(string TokenType, string Id)
{
    /// <summary>Gets the name of the policy; <see langword="null"/>, the default, for all policies that count such ids of the token type.</summary>
    public string? PolicyName { get; init; }
}
