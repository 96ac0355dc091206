namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy that is in force.</summary>
public sealed class RateLimitPolicyInfo
{
    internal RateLimitPolicyInfo(PolicyDefinition definition, RateLimitSnapshot snapshot)
    {
        Name = definition.Name;
        Resource = definition.Resource;
        IsOfOwnLimiters = definition.Foreign is not null;
        Plans = Array.AsReadOnly<RateLimitPlanInfo>([.. definition.Plans.Select(plan => new RateLimitPlanInfo(plan, IsOfOwnLimiters, snapshot.Definition.Headers))]);
        StatusCode = definition.Rejection.StatusCode;
        WritesProblemDetails = definition.Rejection is { Body: null, OnRejected: null };
        CanBeUnavailable = (IsOfOwnLimiters || snapshot.Handling.Runtime.RejectsInOutages) && Plans.Any(plan => plan.Enforce > 0);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the name of the group of endpoints, as <c>X-RateLimit-Resource</c> shows it.</summary>
    public string Resource { get; }

    /// <summary>Gets a value indicating whether limiters of the application decide, whose limits are not known beforehand.</summary>
    public bool IsOfOwnLimiters { get; }

    /// <summary>
    /// Gets a value indicating whether requests can be rejected with status 503, because the store is unavailable
    /// (<see cref="StoreUnavailable.Reject"/>) or a limiter of the application fails.
    /// </summary>
    public bool CanBeUnavailable { get; }

    /// <summary>Gets the status of rejections by a quota and of banned callers, from 400 to 599 (<see cref="RejectionOptions.StatusCode"/>).</summary>
    public int StatusCode { get; }

    /// <summary>
    /// Gets a value indicating whether rejections have problem details (RFC 9457) as their body. It is <see langword="false"/> if the
    /// policy has a body of its own or none (<see cref="RejectionOptions.Body"/>), or if the <c>OnRejected</c> of the policy, or else
    /// that of all policies, may write another body.
    /// </summary>
    public bool WritesProblemDetails { get; }

    /// <summary>Gets the plan of each possible token type of a request; one plan without quotas for limiters of the application.</summary>
    public IReadOnlyList<RateLimitPlanInfo> Plans { get; }
}
