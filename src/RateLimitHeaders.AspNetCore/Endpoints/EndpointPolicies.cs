using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Chooses the policy of a request: by configuration, else by ASP.NET Core's own endpoint metadata, else the default policy, else
/// none.
/// </summary>
internal sealed class EndpointPolicies
{
    // An endpoint's metadata never changes; looking two attributes up in it on each request takes three times as long.
    private readonly ConditionalWeakTable<Endpoint, EndpointPolicy> _known = [];
    private readonly ConditionalWeakTable<Endpoint, EndpointPolicy>.CreateValueCallback _choose;
    private readonly FrozenDictionary<string, Policy> _policies;
    private readonly Policy? _defaultPolicy;
    private readonly EndpointPolicy _withoutEndpoint;
    private readonly EquatableList<EndpointAssignment> _assignments;
    private readonly Func<HttpContext, bool>? _exemptWhen;
    private readonly ILogger _logger;

    public EndpointPolicies(RateLimitDefinition definition, IEnumerable<Policy> policies, ILogger logger)
    {
        _policies = policies.ToFrozenDictionary(policy => policy.Name, StringComparer.Ordinal);
        _defaultPolicy = definition.DefaultPolicy is { } name ? _policies[name] : null;
        _assignments = definition.Endpoints;
        _exemptWhen = definition.ExemptWhen;
        _logger = logger;
        _choose = Choose;
        _withoutEndpoint = new EndpointPolicy(_defaultPolicy, IsByDefault: true, NotLimited.WithoutPolicy);
    }

    /// <summary>Chooses the policy, or tells why there is none.</summary>
    public Policy? Select(HttpContext context, Endpoint? endpoint, out bool isByDefault, out RateLimitFeature? otherwise)
    {
        var choice = endpoint is null ? _withoutEndpoint : _known.GetValue(endpoint, _choose);
        isByDefault = choice.IsByDefault;
        if (choice.Policy is null)
        {
            otherwise = choice.Otherwise;
            return null;
        }

        otherwise = _exemptWhen is not null && IsExempt(context, _exemptWhen) ? NotLimited.ExemptByCondition : null;
        return otherwise is null ? choice.Policy : null;
    }

    /// <summary>Gets the policies of an endpoint, whatever the request; none if it is not limited.</summary>
    public IReadOnlyList<Policy> PoliciesOf(Endpoint endpoint) => _known.GetValue(endpoint, _choose).Policy is { } policy ? [policy] : [];

    private EndpointPolicy Choose(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<NeverLimited>() is not null)
        {
            return new EndpointPolicy(null, IsByDefault: false, NotLimited.OfOperations);
        }

        if (EndpointAssignments.For(endpoint, _assignments) is [{ PolicyName: var assigned }, ..])
        {
            return assigned is null
                ? new EndpointPolicy(null, IsByDefault: false, NotLimited.ExemptByConfiguration)
                : new EndpointPolicy(_policies[assigned], IsByDefault: false, NotLimited.WithoutPolicy);
        }

        // As in ASP.NET Core, the one attribute overrules the other, whichever is nearer.
        if (endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            return new EndpointPolicy(null, IsByDefault: false, NotLimited.DisabledByEndpoint);
        }

        if (endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not { } required)
        {
            return new EndpointPolicy(_defaultPolicy, IsByDefault: true, NotLimited.WithoutPolicy);
        }

        var name = required.PolicyName ?? string.Empty;
        if (_policies.TryGetValue(name, out var policy))
        {
            return new EndpointPolicy(policy, IsByDefault: false, NotLimited.WithoutPolicy);
        }

        // Only an endpoint that is added while the application runs: the others were looked at when it started.
        Log.PolicyMissing(_logger, endpoint.DisplayName, name);
        return new EndpointPolicy(_defaultPolicy, IsByDefault: true, NotLimited.WithMissingPolicy);
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
