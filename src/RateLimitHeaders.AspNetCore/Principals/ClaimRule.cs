using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the id from a claim of an authenticated identity, if a condition on the user holds.</summary>
internal sealed class ClaimRule(string claimType, string tokenType, Func<ClaimsPrincipal, bool>? condition)
    : PrincipalRule($"FromClaim(\"{claimType}\")", tokenType)
{
    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context)
    {
        var user = context.User;
        var value = AuthenticatedClaims.Find(user, claimType);
        return new(string.IsNullOrEmpty(value) || condition?.Invoke(user) == false
            ? null
            : new RateLimitPrincipal(TokenType, value));
    }
}
