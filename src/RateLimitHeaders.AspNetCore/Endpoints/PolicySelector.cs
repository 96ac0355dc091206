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
    // Endpoints are few; those that are added while the application runs are said once each.
    private readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, Policy> _policies = policies.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Chooses the policy, or tells why there is none.</summary>
    public Policy? Select(HttpContext context, out UnlimitedRequest? unlimited)
    {
        var metadata = context.GetEndpoint()?.Metadata;

        // As in ASP.NET Core, the one attribute overrules the other, whichever is nearer.
        if (metadata?.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            unlimited = UnlimitedRequest.DisabledByEndpoint;
            return null;
        }

        var required = metadata?.GetMetadata<EnableRateLimitingAttribute>();
        var policy = required is null ? defaultPolicy : Find(required.PolicyName ?? string.Empty, context);
        unlimited = policy is null ? (required is null ? UnlimitedRequest.WithoutPolicy : UnlimitedRequest.WithMissingPolicy)
            : exemptWhen is not null && IsExempt(context) ? UnlimitedRequest.ExemptByCondition
            : null;
        return unlimited is null ? policy : null;
    }

    private Policy? Find(string name, HttpContext context)
    {
        if (_policies.TryGetValue(name, out var policy))
        {
            return policy;
        }

        var endpoint = context.GetEndpoint()?.DisplayName;
        if (_missing.TryAdd($"{endpoint} {name}", true))
        {
            Log.PolicyMissing(logger, endpoint, name);
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
