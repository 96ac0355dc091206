namespace RateLimitHeaders.AspNetCore;

/// <summary>A query for callers of one token type under one policy that are nearest their limits.</summary>
/// <param name="PolicyName">The name of the policy.</param>
/// <param name="TokenType">The token type of the callers.</param>
public sealed record RateLimitCallerQuery(string PolicyName, string TokenType)
{
    /// <summary>Gets the largest number of callers to list, from 1 to 1,000; the default is 20.</summary>
    public int Count { get; init; } = 20;

    /// <summary>
    /// Gets the number of callers to examine, from 1 to 100,000; the default is 10,000. The nearest to their limits among them are listed. In
    /// Redis, a call reads a hundred of them, or a single one in a cluster and without <c>GroupCalls</c>. They are found among the keys of
    /// the whole database, 250 keys a call.
    /// </summary>
    public int Looked { get; init; } = 10_000;

    /// <summary>Gets where an earlier listing ended; <see langword="null"/>, the default, begins a new one.</summary>
    public string? Cursor { get; init; }
}
