using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies the user that one authentication scheme authenticates.</summary>
internal sealed class AuthenticationSchemeRule(string scheme, string tokenType)
    : AwaitingPrincipalRule($"FromAuthenticationScheme(\"{scheme}\")", tokenType)
{
    public override ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context)
    {
        var result = context.AuthenticateAsync(scheme);
        return result.IsCompletedSuccessfully ? new(ToIdentity(result.Result)) : AwaitAsync(result);
    }

    public override IEnumerable<RateLimitConfigurationError> Validate(string path, IServiceProvider services)
    {
        // ASP.NET Core's provider completes synchronously.
        if (services.GetService<IAuthenticationSchemeProvider>()?.GetSchemeAsync(scheme).GetAwaiter().GetResult() is null)
        {
            yield return new(
                RateLimitErrorIds.SchemeMissing,
                path,
                $"{Description} names an authentication scheme that is not registered; "
                    + "register it with AddAuthentication() or name one that is.");
        }
    }

    private async ValueTask<RateLimitIdentity?> AwaitAsync(Task<AuthenticateResult> result) => ToIdentity(await result);

    // Functions find another user in HttpContext.User, or none.
    private RateLimitIdentity? ToIdentity(AuthenticateResult result) =>
        result.Principal is { } user && AuthenticatedClaims.FindUserId(user, scheme) is { Length: > 0 } id ? new RateLimitIdentity(id) { Facts = user } : null;
}
