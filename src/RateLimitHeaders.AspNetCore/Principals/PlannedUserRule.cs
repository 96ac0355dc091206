using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies the authenticated user, and takes the name of its plan from a claim.</summary>
/// <param name="tokenType">The token type.</param>
/// <param name="planClaim">The type of the claim.</param>
internal sealed class PlannedUserRule(string tokenType, string planClaim)
    : AwaitingPrincipalRule($"FromUser(planClaim: \"{planClaim}\")", tokenType)
{
    public override bool NeedsUser => true;

    // The claim does not change the id.
    private protected override string IdSource => UserRule.Text;

    public override ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context)
    {
        if (ContextFeatures.User(context) is not { } user || AuthenticatedClaims.FindUserId(user) is not { Length: > 0 } id)
        {
            return default;
        }

        var plan = AuthenticatedClaims.Find(user, planClaim);
        return new(new RateLimitIdentity(id) { Plan = string.IsNullOrEmpty(plan) ? null : plan });
    }
}
