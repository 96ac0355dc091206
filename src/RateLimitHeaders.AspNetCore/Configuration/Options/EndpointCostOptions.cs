namespace RateLimitHeaders.AspNetCore;

/// <summary>The costs of requests to some endpoints under a policy, instead of the policy's own costs.</summary>
public sealed class EndpointCostOptions
{
    /// <summary>
    /// Gets or sets the permits that a request takes of each quota without a cost of its own: from 0 to 999,999,999,999,999, or
    /// <see cref="PermitCost.AnyLeft"/>. With <see langword="null"/>, the default, the cost of the endpoint or the policy applies.
    /// </summary>
    public long? Cost { get; set; }

    /// <summary>
    /// Gets the permits that a request takes of certain quotas. A key is the name of a quota, or the unit of all quotas
    /// without a cost by name.
    /// </summary>
    public OrderedDictionary<string, long> Costs { get; private set; } = new(StringComparer.Ordinal);

    internal EndpointCostOptions Copy()
    {
        var copy = (EndpointCostOptions)MemberwiseClone();
        copy.Costs = Costs.Copy(cost => cost);
        return copy;
    }
}
