namespace RateLimitHeaders.AspNetCore;

/// <summary>The token types that the rules return by default. Any other name can be a token type, too.</summary>
public static class TokenTypes
{
    /// <summary>A caller that is identified only by its address: <c>anonymous</c>.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>An authenticated user: <c>user</c>.</summary>
    public const string User = "user";
}
