namespace RateLimitHeaders.AspNetCore;

/// <summary>The policy of an endpoint, or why it has none.</summary>
/// <param name="Policy">The policy; <see langword="null"/> for none.</param>
/// <param name="IsByDefault">Whether that is the default policy, which the endpoint does not require.</param>
/// <param name="Otherwise">What a request has whose endpoint has no policy.</param>
internal sealed record EndpointPolicy(Policy? Policy, bool IsByDefault, RateLimitFeature Otherwise)
{
    /// <summary>Gets what the endpoint says that requests cost; <see langword="null"/> for nothing.</summary>
    public EndpointCosts? Costs { get; init; }
}
