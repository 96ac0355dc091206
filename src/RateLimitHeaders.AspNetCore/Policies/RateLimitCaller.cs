using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The caller and the request that a limit or a cost is asked for.</summary>
public readonly struct RateLimitCaller
{
    internal RateLimitCaller(HttpContext httpContext, RateLimitPrincipal principal, string policyName)
    {
        HttpContext = httpContext;
        Principal = principal;
        PolicyName = policyName;
    }

    /// <summary>Gets the request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>Gets the caller.</summary>
    public RateLimitPrincipal Principal { get; }

    /// <summary>Gets the name of the policy that applies.</summary>
    public string PolicyName { get; }
}
