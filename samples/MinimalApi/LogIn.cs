namespace MinimalApi;

/// <summary>A log-in, whose callers are told apart by the account that they try.</summary>
public static class LogIn
{
    public const string TokenType = "account";

    // A real API compares a hash, in constant time.
    private const string Password = "demo";

    /// <summary>Gets the account that a request tries; <see langword="null"/> for requests to other endpoints.</summary>
    public static string? AccountOf(HttpContext context) => context.GetRouteValue(TokenType) as string;

    public static bool IsRight(string account, string password) => account.Length > 0 && password == Password;
}
