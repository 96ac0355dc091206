namespace RateLimitHeaders.AspNetCore;

/// <summary>A cost of endpoints in the options of a policy.</summary>
/// <param name="Pattern">The endpoints.</param>
/// <param name="PolicyName">The name of the policy.</param>
/// <param name="Cost">The cost.</param>
internal sealed record ConfiguredEndpointCost(EndpointPattern Pattern, string PolicyName, EndpointCost Cost)
{
    /// <summary>Returns all costs of options. Patterns that cannot be read are left out.</summary>
    public static IEnumerable<ConfiguredEndpointCost> Of(RateLimitHeadersOptions options) =>
        from policy in options.Policies
        from endpoint in policy.Value.EndpointCosts
        let pattern = EndpointPattern.TryParse(endpoint.Key, out var parsed, out _) ? parsed : null
        where pattern is not null
        from cost in CostsOf(PathOf(policy.Key, endpoint.Key), endpoint.Value)
        select new ConfiguredEndpointCost(pattern, policy.Key, cost);

    /// <summary>Gets all patterns of options, with their paths and policies.</summary>
    public static IEnumerable<(string Path, string Pattern, string? PolicyName)> Listed(RateLimitHeadersOptions options) =>
        from policy in options.Policies
        from endpoint in policy.Value.EndpointCosts
        select (PathOf(policy.Key, endpoint.Key), endpoint.Key, (string?)policy.Key);

    private static IEnumerable<EndpointCost> CostsOf(string path, EndpointCostOptions options) =>
    [
        .. options.Costs.Select(cost => new EndpointCost(
            cost.Key, cost.Value, Function: null, OptionsPath.Join(path, nameof(options.Costs), cost.Key))),
        .. options.Cost is { } permits
            ? [new EndpointCost(QuotaOrUnit: null, permits, Function: null, OptionsPath.Join(path, nameof(options.Cost)))]
            : (EndpointCost[])[],
    ];

    private static string PathOf(string policy, string pattern) =>
        OptionsPath.Join(OptionsPath.Policy(policy), nameof(PolicyOptions.EndpointCosts), pattern);
}
