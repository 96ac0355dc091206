using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the authenticated user.</summary>
internal sealed class UserRule(string tokenType) : PrincipalRule("FromUser()", tokenType)
{
    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context) =>
        new(AuthenticatedClaims.FindUserId(context.User) is { } id ? new RateLimitPrincipal(TokenType, id) : null);
}
