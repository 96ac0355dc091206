namespace RateLimitHeaders.AspNetCore;

/// <summary>What requests to some endpoints cost the quotas of a policy, in place of its own costs.</summary>
public sealed class EndpointCostOptions
{
    /// <summary>
    /// Gets or sets the permits that a request takes of each quota without a cost of its own: from 0 to 999,999,999,999,999, or
    /// <see cref="PermitCost.AnyLeft"/>. By default, <see langword="null"/>, it is what the endpoint or the policy says.
    /// </summary>
    public long? Cost { get; set; }

    /// <summary>
    /// Gets the permits that a request takes of certain quotas. A key is the name of a quota, or the unit of all quotas
    /// without a cost by their name.
    /// </summary>
    public OrderedDictionary<string, long> Costs { get; private set; } = new(StringComparer.Ordinal);

    internal EndpointCostOptions Copy()
    {
        var copy = (EndpointCostOptions)MemberwiseClone();
        copy.Costs = Costs.Copy(cost => cost);
        return copy;
    }
}
