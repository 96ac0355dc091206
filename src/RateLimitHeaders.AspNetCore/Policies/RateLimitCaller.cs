using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The caller and the request for which a limit or a cost is computed.</summary>
public readonly struct RateLimitCaller
{
    internal RateLimitCaller(LimitedRequest request, string policyName)
    {
        HttpContext = request.HttpContext;
        Principal = request.Decision.Caller;
        PolicyName = policyName;
        Plan = request.PlanName;
        Facts = request.Facts;
    }

    /// <summary>Gets the request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>Gets the caller.</summary>
    public RateLimitPrincipal Principal { get; }

    /// <summary>Gets the name of the policy that applies.</summary>
    public string PolicyName { get; }

    /// <summary>Gets the name of the caller's plan (<see cref="RateLimitIdentity.Plan"/>); <see langword="null"/> if it has no named plan.</summary>
    public string? Plan { get; }

    /// <summary>
    /// Gets the facts about the caller (<see cref="RateLimitIdentity.Facts"/>); <see langword="null"/> if it was identified
    /// only by an id, as all callers are that are limited by their address.
    /// </summary>
    public object? Facts { get; }
}
