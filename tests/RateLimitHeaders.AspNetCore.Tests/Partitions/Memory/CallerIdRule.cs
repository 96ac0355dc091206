namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Takes the id that the test gave the request, so that a million callers cost no more than their partitions.</summary>
internal sealed class CallerIdRule() : PrincipalRule("CallerIdRule", AspNetCore.TokenTypes.User)
{
    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal) => TryTake(context.TraceIdentifier, out principal);
}
