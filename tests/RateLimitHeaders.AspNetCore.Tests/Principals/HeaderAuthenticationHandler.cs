using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Believes the request header that is named like its scheme; "bad" fails, and "late" succeeds after a while.</summary>
internal sealed class HeaderAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var user = Request.Headers[Scheme.Name].ToString();
        if (user == "late")
        {
            await Task.Yield();
        }

        return user switch
        {
            "" => AuthenticateResult.NoResult(),
            "bad" => AuthenticateResult.Fail("bad"),
            _ => AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user)], Scheme.Name)), Scheme.Name)),
        };
    }
}
