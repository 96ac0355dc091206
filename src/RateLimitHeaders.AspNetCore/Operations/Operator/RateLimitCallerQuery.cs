namespace RateLimitHeaders.AspNetCore;

/// <summary>Which callers an operator wants to be listed: those of one token type under one policy that are nearest their limits.</summary>
/// <param name="PolicyName">The name of the policy.</param>
/// <param name="TokenType">The token type of the callers.</param>
public sealed record RateLimitCallerQuery(string PolicyName, string TokenType)
{
    /// <summary>Gets how many callers to list at most, from 1 to 1,000; the default is 20.</summary>
    public int Count { get; init; } = 20;

    /// <summary>
    /// Gets how many callers to look at, from 1 to 100,000; the default is 10,000. Those nearest their limits among them are listed. In
    /// Redis, each hundred of them is a call, or each single one in a cluster and without <c>GroupCalls</c>; they are found among the keys of
    /// the whole database, 250 keys a call.
    /// </summary>
    public int Looked { get; init; } = 10_000;

    /// <summary>Gets where an earlier listing ended; <see langword="null"/>, the default, to begin.</summary>
    public string? Cursor { get; init; }
}
