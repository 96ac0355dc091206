using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Chooses the policy of a request: by ASP.NET Core's own endpoint metadata, else the default policy, else none.
/// </summary>
internal sealed class PolicySelector
{
    // An endpoint's metadata never changes; looking two attributes up in it on each request takes three times as long.
    private readonly ConditionalWeakTable<Endpoint, PolicyChoice> _choices = [];
    private readonly ConditionalWeakTable<Endpoint, PolicyChoice>.CreateValueCallback _choose;
    private readonly FrozenDictionary<string, Policy> _policies;
    private readonly Policy? _defaultPolicy;
    private readonly PolicyChoice _withoutEndpoint;
    private readonly Func<HttpContext, bool>? _exemptWhen;
    private readonly ILogger _logger;

    public PolicySelector(
        IReadOnlyDictionary<string, Policy> policies, Policy? defaultPolicy, Func<HttpContext, bool>? exemptWhen, ILogger logger)
    {
        _policies = policies.ToFrozenDictionary(StringComparer.Ordinal);
        _defaultPolicy = defaultPolicy;
        _exemptWhen = exemptWhen;
        _logger = logger;
        _choose = Choose;
        _withoutEndpoint = new PolicyChoice(defaultPolicy, UnlimitedRequest.WithoutPolicy);
    }

    /// <summary>Chooses the policy, or tells why there is none.</summary>
    public Policy? Select(HttpContext context, Endpoint? endpoint, out UnlimitedRequest? unlimited)
    {
        var choice = endpoint is null ? _withoutEndpoint : _choices.GetValue(endpoint, _choose);
        if (choice.Policy is null)
        {
            unlimited = choice.Otherwise;
            return null;
        }

        unlimited = _exemptWhen is not null && IsExempt(context, _exemptWhen) ? UnlimitedRequest.ExemptByCondition : null;
        return unlimited is null ? choice.Policy : null;
    }

    private PolicyChoice Choose(Endpoint endpoint)
    {
        // As in ASP.NET Core, the one attribute overrules the other, whichever is nearer.
        if (endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            return new PolicyChoice(null, UnlimitedRequest.DisabledByEndpoint);
        }

        if (endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not { } required)
        {
            return new PolicyChoice(_defaultPolicy, UnlimitedRequest.WithoutPolicy);
        }

        var name = required.PolicyName ?? string.Empty;
        if (_policies.TryGetValue(name, out var policy))
        {
            return new PolicyChoice(policy, UnlimitedRequest.WithoutPolicy);
        }

        // Only an endpoint that is added while the application runs: the others were looked at when it started.
        Log.PolicyMissing(_logger, endpoint.DisplayName, name);
        return new PolicyChoice(_defaultPolicy, UnlimitedRequest.WithMissingPolicy);
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
