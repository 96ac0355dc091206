using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the id from a claim of an authenticated identity, if a condition on the user holds.</summary>
internal sealed class ClaimRule(string claimType, string tokenType, Func<ClaimsPrincipal, bool>? condition)
    : PrincipalRule($"FromClaim(\"{claimType}\")", tokenType)
{
    private protected override object? Setting => condition;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        var user = ContextFeatures.User(context);
        return TryTake(user is null ? null : AuthenticatedClaims.Find(user, claimType), out principal) && condition?.Invoke(user!) != false;
    }
}
