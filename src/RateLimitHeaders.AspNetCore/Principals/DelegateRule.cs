using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes what a delegate of the application says.</summary>
internal sealed class DelegateRule(Func<HttpContext, RateLimitPrincipal?> resolve, string[] tokenTypes)
    : PrincipalRule("From(…)", tokenTypes)
{
    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context) => new(resolve(context));
}
