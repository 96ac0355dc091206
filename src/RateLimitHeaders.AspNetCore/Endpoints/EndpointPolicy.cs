namespace RateLimitHeaders.AspNetCore;

/// <summary>The policy of an endpoint, or why it has none.</summary>
/// <param name="Policy">The policy; <see langword="null"/> for none.</param>
/// <param name="IsByDefault">Whether it is the default or the global policy, which the endpoint does not require.</param>
/// <param name="Reason">Why requests to an endpoint without a policy are not limited.</param>
internal sealed record EndpointPolicy(Policy? Policy, bool IsByDefault, NoHeaders Reason)
{
    /// <summary>Gets all policies, of which <see cref="Policy"/> is the first.</summary>
    public IReadOnlyList<Policy> All { get; init; } = [];

    /// <summary>Gets the costs of the endpoint; <see langword="null"/> for none.</summary>
    public EndpointCosts? Costs { get; init; }

    /// <summary>
    /// Gets the policies that decide together, of which <see cref="Policy"/> is the first; <see langword="null"/> if it decides by itself.
    /// </summary>
    public PolicyCombination? Combination { get; init; }

    /// <summary>Gets a value indicating whether only CORS can answer preflight requests to the endpoint, if CORS is used.</summary>
    public bool LeavesPreflightsToCors { get; init; }

    /// <summary>Decides about a request.</summary>
    public ValueTask DecideAsync(LimitedRequest request) => Combination is null ? Policy!.DecideAsync(request) : Combination.DecideAsync(request);
}
