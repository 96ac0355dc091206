using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Uses a claim of an authenticated identity as the id, if a condition on the user holds.</summary>
internal sealed class ClaimRule(string claimType, string tokenType, Func<ClaimsPrincipal, bool>? condition)
    : PrincipalRule($"FromClaim(\"{claimType}\")", tokenType)
{
    // So many authenticated requests without the claim are not a coincidence.
    private const int MissesToLog = 1_000;

    private volatile bool _hasMatched;
    private int _misses;

    private protected override object? Setting => condition;

    public override bool NeedsUser => true;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        principal = default;
        if (ContextFeatures.User(context) is not { } user)
        {
            return false;
        }

        if (TryTake(AuthenticatedClaims.Find(user, claimType), out principal))
        {
            // Written once: requests of all processors read the same cache line.
            if (!_hasMatched)
            {
                _hasMatched = true;
            }

            return condition?.Invoke(user) != false;
        }

        if (!_hasMatched && user.Identity?.IsAuthenticated == true && Interlocked.Increment(ref _misses) == MissesToLog)
        {
            var loggers = context.RequestServices?.GetService<ILoggerFactory>();
            Log.ClaimNeverMatches(loggers?.CreateLogger(Log.Category) ?? NullLogger.Instance, Description, MissesToLog);
        }

        return false;
    }
}
