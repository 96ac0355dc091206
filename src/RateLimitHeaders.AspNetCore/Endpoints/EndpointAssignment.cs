namespace RateLimitHeaders.AspNetCore;

/// <summary>The assignment of endpoints to a policy in configuration.</summary>
/// <param name="Pattern">The endpoints.</param>
/// <param name="PolicyName">The name of the policy; <see langword="null"/> if they are not limited.</param>
internal sealed record EndpointAssignment(EndpointPattern Pattern, string? PolicyName);
