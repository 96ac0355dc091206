using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies callers by the result of a delegate of the application.</summary>
internal sealed class DelegateRule(Func<HttpContext, RateLimitPrincipal?> resolve, string[] tokenTypes)
    : PrincipalRule("From(…)", tokenTypes)
{
    private protected override object Setting => resolve;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        var answer = resolve(context);
        principal = answer.GetValueOrDefault();
        return answer.HasValue;
    }
}
