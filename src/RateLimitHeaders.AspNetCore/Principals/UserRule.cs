using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies the authenticated user.</summary>
internal sealed class UserRule(string tokenType) : PrincipalRule(Text, tokenType)
{
    internal const string Text = "FromUser()";

    public override bool NeedsUser => true;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal) =>
        TryTake(ContextFeatures.User(context) is { } user ? AuthenticatedClaims.FindUserId(user) : null, out principal);
}
