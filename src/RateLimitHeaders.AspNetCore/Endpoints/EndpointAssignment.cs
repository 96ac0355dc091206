namespace RateLimitHeaders.AspNetCore;

/// <summary>Endpoints that configuration gives a policy.</summary>
/// <param name="Pattern">The endpoints.</param>
/// <param name="PolicyName">The name of the policy; <see langword="null"/> if they are not limited.</param>
internal sealed record EndpointAssignment(EndpointPattern Pattern, string? PolicyName);
