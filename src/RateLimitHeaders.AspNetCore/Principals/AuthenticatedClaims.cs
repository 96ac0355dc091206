using System.Security.Claims;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Claims that somebody has vouched for: those of an identity that is not authenticated count for nothing.</summary>
internal static class AuthenticatedClaims
{
    /// <summary>The claims that name a user, the surest first.</summary>
    private static readonly string[] s_userIdTypes = [ClaimTypes.NameIdentifier, "sub"];

    public static string? Find(ClaimsPrincipal user, string claimType)
    {
        foreach (var identity in user.Identities)
        {
            if (identity.IsAuthenticated && identity.FindFirst(claimType) is { } claim)
            {
                return claim.Value;
            }
        }

        return null;
    }

    /// <summary>Finds what names the user: the name identifier, the subject, or else the name.</summary>
    public static string? FindUserId(ClaimsPrincipal user)
    {
        foreach (var type in s_userIdTypes)
        {
            if (Find(user, type) is { Length: > 0 } id)
            {
                return id;
            }
        }

        foreach (var identity in user.Identities)
        {
            if (identity is { IsAuthenticated: true, Name.Length: > 0 })
            {
                return identity.Name;
            }
        }

        return null;
    }
}
