using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Chooses the policy of a request: by ASP.NET Core's own endpoint metadata, else the default policy, else none.
/// </summary>
internal sealed class PolicySelector(
    IReadOnlyDictionary<string, Policy> policies, Policy? defaultPolicy, Func<HttpContext, bool>? exemptWhen, ILogger logger)
{
    private const string Disabled = "the endpoint has DisableRateLimiting.";
    private const string Exempt = "ExemptWhen holds.";
    private const string NoPolicy = "the endpoint requires no policy, and there is no default one.";

    // Endpoints are few; those that are added while the application runs are said once each.
    private readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, Policy> _policies = policies.ToFrozenDictionary(StringComparer.Ordinal);

    public Policy? Select(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var policy = endpoint is null ? defaultPolicy : Select(endpoint.Metadata, endpoint.DisplayName);
        if (policy is not null && exemptWhen is not null && IsExempt(context))
        {
            Log.NotLimited(logger, Exempt);
            return null;
        }

        return policy;
    }

    private Policy? Select(EndpointMetadataCollection metadata, string? endpoint)
    {
        // As in ASP.NET Core, the one overrules the other, whichever is nearer.
        if (metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            Log.NotLimited(logger, Disabled);
            return null;
        }

        if (metadata.GetMetadata<EnableRateLimitingAttribute>() is { } required)
        {
            var name = required.PolicyName ?? string.Empty;
            if (_policies.TryGetValue(name, out var policy))
            {
                return policy;
            }

            if (_missing.TryAdd($"{endpoint} {name}", true))
            {
                Log.PolicyMissing(logger, endpoint, name);
            }
        }

        if (defaultPolicy is null)
        {
            Log.NotLimited(logger, NoPolicy);
        }

        return defaultPolicy;
    }

    private bool IsExempt(HttpContext context)
    {
        try
        {
            return exemptWhen!(context);
        }
#pragma warning disable CA1031 // Whatever the condition throws: the request is limited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ExemptionFailed(logger, exception);
            return false;
        }
    }
}
