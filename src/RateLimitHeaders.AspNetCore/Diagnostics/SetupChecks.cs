using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Examines requests for signs of a pipeline setup that makes limits useless, and logs each finding once.
/// </summary>
internal sealed class SetupChecks(RateLimitDefinition definition, ILogger logger)
{
    // A proxy adds the field to all requests, so that the first ones are enough.
    private const int RequestsToLookAt = 1_000;

    private const string ForwardedFor = "X-Forwarded-For";

    // The field that the forwarded headers middleware adds when it has replaced the address.
    private const string OriginalFor = "X-Original-For";

    // The mark that the CORS middleware sets if there is an endpoint, by which routing knows that it has run.
    private const string CorsMark = "__CorsMiddlewareWithEndpointInvoked";

    private readonly bool _needsUser = definition.Policies.Select(policy => policy.Principals).Append(definition.Principals)
        .Any(principals => principals?.Rules.Any(rule => rule.NeedsUser) is true);
    private readonly HashSet<string> _planNames = [.. definition.Policies.SelectMany(policy => policy.Plans).Select(plan => plan.PlanName).OfType<string>()];
    private int _lookedAt;
    private int _saidPlan;
    private int _saidAuthentication;
    private int _saidCors;

    /// <summary>Gets a value indicating whether it matters that a user is authenticated only after its request was limited.</summary>
    public bool LooksAtUsers => _needsUser && _saidAuthentication == 0;

    /// <summary>Examines a request that is limited by its client IP address, before its endpoint runs.</summary>
    public void OnAddress(HttpContext context)
    {
        if (_lookedAt < RequestsToLookAt
            && Interlocked.Increment(ref _lookedAt) <= RequestsToLookAt
            && context.Request.Headers.ContainsKey(ForwardedFor)
            && !context.Request.Headers.ContainsKey(OriginalFor))
        {
            _lookedAt = RequestsToLookAt;
            Log.ForwardedHeadersUnused(logger);
        }
    }

    /// <summary>Examines the name of a caller's plan.</summary>
    public void OnPlan(string name)
    {
        // If no policy has such plans, functions that return limits read the name.
        if (_saidPlan == 0 && _planNames.Count > 0 && !_planNames.Contains(name) && Interlocked.Exchange(ref _saidPlan, 1) == 0)
        {
            Log.PlanUnknown(logger, name);
        }
    }

    /// <summary>Examines a request whose response is complete.</summary>
    public void OnCompleted(LimitedRequest request)
    {
        if (request.WasUnauthenticated
            && ContextFeatures.User(request.HttpContext)?.Identity?.IsAuthenticated == true
            && Interlocked.Exchange(ref _saidAuthentication, 1) == 0)
        {
            Log.BeforeAuthentication(logger);
        }
    }

    /// <summary>Examines a request that is rejected.</summary>
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
}
