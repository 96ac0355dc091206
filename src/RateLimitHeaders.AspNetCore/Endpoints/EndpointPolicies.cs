using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Chooses the policies of a request: by configuration, or else by ASP.NET Core's own endpoint metadata, or else the default policy; and
/// in addition the global policy.
/// </summary>
internal sealed class EndpointPolicies
{
    // An endpoint's metadata never changes; reading two attributes from it on each request takes three times as long.
    private readonly ConditionalWeakTable<Endpoint, EndpointPolicy> _known = [];
    private readonly ConditionalWeakTable<Endpoint, EndpointPolicy>.CreateValueCallback _choose;

    // Endpoints with the same policies share one object, and with it the plans that are already known.
    private readonly ConcurrentDictionary<string, PolicyCombination> _combinations = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, Policy> _policies;
    private readonly RateLimitDefinition _definition;
    private readonly Func<HttpContext, bool>? _exemptWhen;
    private readonly EndpointPolicy _withoutEndpoint;
    private readonly ILogger _logger;

    public EndpointPolicies(RateLimitDefinition definition, IEnumerable<Policy> policies, ILogger logger)
    {
        _policies = policies.ToFrozenDictionary(policy => policy.Name, StringComparer.Ordinal);
        _definition = definition;
        _exemptWhen = definition.ExemptWhen;
        _logger = logger;
        _choose = endpoint => Choose(endpoint) with
        {
            Costs = EndpointCosts.Of(endpoint, definition.EndpointCosts),
            LeavesPreflightsToCors = LeavesPreflightsToCors(endpoint),
        };
        _withoutEndpoint = ByDefault(NoHeaders.WithoutPolicy);
    }

    /// <summary>Chooses the policies, or returns the reason why there is none.</summary>
    public EndpointPolicy? Select(HttpContext context, Endpoint? endpoint, out NoHeaders? reason)
    {
        var choice = endpoint is null ? _withoutEndpoint : _known.GetValue(endpoint, _choose);
        if (choice.Policy is null)
        {
            reason = choice.Reason;
            return null;
        }

        reason = _exemptWhen is { } exemptWhen && IsExempt(context, exemptWhen) ? NoHeaders.ExemptByCondition
            : choice.LeavesPreflightsToCors && IsPreflight(context, endpoint!) ? NoHeaders.Preflight
            : null;
        return reason is null ? choice : null;
    }

    /// <summary>Gets the policies of an endpoint, whatever the request; none if it is not limited.</summary>
    public IReadOnlyList<Policy> PoliciesOf(Endpoint endpoint) => _known.GetValue(endpoint, _choose).All;

    /// <summary>
    /// Recognizes CORS preflight requests (the Fetch standard, section 3.3.2). They are not limited only if nothing except CORS can answer them.
    /// Otherwise a request could avoid its limit by looking like a preflight.
    /// </summary>
    private static bool IsPreflight(HttpContext context, Endpoint endpoint) =>
        context.Features[typeof(IHttpRequestFeature)] is IHttpRequestFeature request
        && HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0
        && (endpoint is RouteEndpoint || context.RequestServices?.GetService(typeof(ICorsService)) is not null);

    // An endpoint with a route: CORS answers if the endpoint has CORS metadata. Routing's own "method not allowed" endpoint: CORS answers
    // if its services are registered. A request without an endpoint is limited, because any middleware may answer it.
    private static bool LeavesPreflightsToCors(Endpoint endpoint) =>
        endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<ICorsMetadata>() is not null;

    private EndpointPolicy Choose(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<OperationsMetadata>() is not null)
        {
            return new EndpointPolicy(null, IsByDefault: false, NoHeaders.OfOperations);
        }

        if (EndpointAssignment.For(endpoint, _definition.Endpoints) is [{ PolicyName: var assigned }, ..])
        {
            return assigned is null
                ? new EndpointPolicy(null, IsByDefault: false, NoHeaders.ExemptByConfiguration)
                : Of([assigned], isByDefault: false, NoHeaders.WithoutPolicy);
        }

        // As in ASP.NET Core, DisableRateLimiting wins over EnableRateLimiting, whichever is nearer.
        if (endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            return new EndpointPolicy(null, IsByDefault: false, NoHeaders.DisabledByEndpoint);
        }

        var required = RequiredPolicies.Of(endpoint, _definition.CombinePolicies).ToArray();
        if (required.Length == 0)
        {
            return ByDefault(NoHeaders.WithoutPolicy);
        }

        // Only endpoints that are added at run time get here: the others were checked at the start.
        foreach (var missing in required.Where(name => !_policies.ContainsKey(name)))
        {
            Log.PolicyMissing(_logger, endpoint.NameOrRoute(), missing);
        }

        return required.Any(_policies.ContainsKey)
            ? Of(required.Where(_policies.ContainsKey), isByDefault: false, NoHeaders.WithoutPolicy)
            : ByDefault(NoHeaders.WithMissingPolicy);
    }

    private EndpointPolicy ByDefault(NoHeaders reason) =>
        Of(_definition.DefaultPolicy is { } name ? [name] : [], isByDefault: true, reason);

    private EndpointPolicy Of(IEnumerable<string> names, bool isByDefault, NoHeaders reason)
    {
        string[] all = [.. names.Concat(_definition.GlobalPolicy is { } global ? [global] : []).Distinct(StringComparer.Ordinal)];
        Policy[] policies = [.. all.Select(name => _policies[name])];
        return new EndpointPolicy(policies.FirstOrDefault(), isByDefault, reason)
        {
            All = policies,
            Combination = policies.Length < 2
                ? null
                : _combinations.GetOrAdd(string.Join('\n', all), static (_, made) => new PolicyCombination(made.policies, made._logger), (policies, _logger)),
        };
    }

    private bool IsExempt(HttpContext context, Func<HttpContext, bool> exemptWhen)
    {
        try
        {
            return exemptWhen(context);
        }
#pragma warning disable CA1031 // Whatever the condition throws: the request is limited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ExemptionFailed(_logger, exception);
            return false;
        }
    }
}
