using System.Security.Claims;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the name of an operator for the log.</summary>
internal static class OperatorName
{
    private static readonly string[] s_claims = [ClaimTypes.NameIdentifier, "sub", "client_id"];

    public static string Of(ClaimsPrincipal user) =>
        user.Identity?.Name is { Length: > 0 } name ? name
            : s_claims.Select(user.FindFirstValue).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "an operator without a name";
}
