namespace RateLimitHeaders.AspNetCore;

/// <summary>The policy of an endpoint, or why it has none.</summary>
internal sealed record EndpointPolicy(Policy? Policy, RateLimitFeature Otherwise);
