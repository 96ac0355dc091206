using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes what a delegate of the application says.</summary>
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
