using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Looks at requests for signs that the pipeline is set up in a way that makes limits useless, and says each finding once.
/// </summary>
internal sealed class SetupChecks(RateLimitDefinition definition, ILogger logger)
{
    // A proxy adds the field to all requests, and in the wrong order all users are authenticated too late: the first requests tell.
    private const int RequestsToLookAt = 10_000;

    private const string ForwardedFor = "X-Forwarded-For";

    // What the forwarded headers middleware leaves behind when it has replaced the address.
    private const string OriginalFor = "X-Original-For";

    // What the CORS middleware leaves behind where there is an endpoint, by which routing knows that it has run.
    private const string CorsMark = "__CorsMiddlewareWithEndpointInvoked";

    private readonly bool _needsUser = definition.Policies.Select(policy => policy.Principals).Append(definition.Principals)
        .Any(principals => principals?.Rules.Any(rule => rule.NeedsUser) is true);
    private readonly HashSet<string> _planNames = [.. definition.Policies.SelectMany(policy => policy.Plans).Select(plan => plan.PlanName).OfType<string>()];
    private int _lookedAt;
    private int _saidForwarded;
    private int _saidPlan;
    private int _saidAuthentication;
    private int _saidCors;

    /// <summary>Looks at one of the first requests that are limited by their client IP addresses, before its endpoint runs.</summary>
    /// <returns>Whether it has no authenticated user yet, and <see cref="OnCompleted"/> is to look for one again.</returns>
    public bool OnAddress(HttpContext context)
    {
        if (_lookedAt >= RequestsToLookAt || Interlocked.Increment(ref _lookedAt) > RequestsToLookAt)
        {
            return false;
        }

        if (_saidForwarded == 0
            && context.Request.Headers.ContainsKey(ForwardedFor)
            && !context.Request.Headers.ContainsKey(OriginalFor)
            && Interlocked.Exchange(ref _saidForwarded, 1) == 0)
        {
            Log.ForwardedHeadersUnused(logger);
        }

        return _needsUser && _saidAuthentication == 0 && !HasUser(context);
    }

    /// <summary>Looks at the name of a caller's plan.</summary>
    public void OnPlan(string name)
    {
        // Where no policy has such plans, functions that tell limits read the name.
        if (_saidPlan == 0 && _planNames.Count > 0 && !_planNames.Contains(name) && Interlocked.Exchange(ref _saidPlan, 1) == 0)
        {
            Log.PlanUnknown(logger, name);
        }
    }

    /// <summary>Looks at a request whose response is complete.</summary>
    public void OnCompleted(LimitedRequest request)
    {
        if (request.WasUnauthenticated
            && HasUser(request.HttpContext)
            && Interlocked.Exchange(ref _saidAuthentication, 1) == 0)
        {
            Log.BeforeAuthentication(logger);
        }
    }

    /// <summary>Looks at a request that is rejected.</summary>
    public void OnRejected(HttpContext context)
    {
        if (_saidCors == 0
            && context.Request.Headers.Origin.Count > 0
            && ContextFeatures.Endpoint(context) is not null
            && !context.Items.ContainsKey(CorsMark)
            && context.RequestServices?.GetService<ICorsService>() is not null
            && Interlocked.Exchange(ref _saidCors, 1) == 0)
        {
            Log.CorsTooLate(logger);
        }
    }

    private static bool HasUser(HttpContext context) => ContextFeatures.User(context)?.Identity?.IsAuthenticated == true;
}
