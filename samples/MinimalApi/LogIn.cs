using RateLimitHeaders.AspNetCore;

namespace MinimalApi;

/// <summary>A log-in. The account that a request names is its caller.</summary>
public static class LogIn
{
    public const string TokenType = "account";

    // A real API compares a hash, in constant time.
    private const string Password = "demo";

    /// <summary>Gets the account that a request names, which is the limited caller. All spellings of an account are one caller; a blank one is none.</summary>
    /// <remarks>
    /// The account is not validated: any caller can name it, and so lock it out for a minute. The global policy also limits each address.
    /// A real API also counts failures by address: see "Log-ins that fail" in docs/costs.md.
    /// </remarks>
    public static RateLimitPrincipal? AccountOf(HttpContext context) =>
        context.GetRouteValue(TokenType) is string account && account.Trim() is { Length: > 0 } name ? new(TokenType, name.ToUpperInvariant()) : null;

    public static bool IsRight(string account, string? password) => !string.IsNullOrWhiteSpace(account) && password == Password;
}
