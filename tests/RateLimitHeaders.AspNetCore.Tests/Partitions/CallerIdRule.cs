using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Takes the id that the test gave the request, so that a million callers cost no more than their partitions.</summary>
internal sealed class CallerIdRule() : PrincipalRule("CallerIdRule", AspNetCore.TokenTypes.User)
{
    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context) =>
        new(new RateLimitPrincipal(TokenType, context.TraceIdentifier));
}
