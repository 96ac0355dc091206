namespace RateLimitHeaders.AspNetCore;

/// <summary>The token types that the rules give by default. Any other name can be one too.</summary>
public static class TokenTypes
{
    /// <summary>A caller that is identified by its address alone: <c>anonymous</c>.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>An authenticated user: <c>user</c>.</summary>
    public const string User = "user";
}
