namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Sets how many permits a request to an endpoint takes. It can be given several times if quotas differ. The one that is nearest to
/// the endpoint wins: one on a method over one on its class, on a class over one on its base, on an endpoint over one on its group.
/// </summary>
/// <remarks>
/// A cost by the name of a quota takes precedence over one by a unit, and both over the costs of the policy. A cost without either is
/// that of each quota that has none of its own, neither here nor in the policy. <c>EndpointCosts</c> of the policy
/// (<see cref="PolicyOptions.EndpointCosts"/>) take precedence over attributes. A cost above a limit stops the start-up. Razor Pages
/// read the attributes of a page model, not those of its handlers.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RateLimitCostAttribute : Attribute
{
    /// <param name="permits">The permits: from 0 to 999,999,999,999,999, or <see cref="PermitCost.AnyLeft"/>.</param>
    public RateLimitCostAttribute(long permits) => Permits = permits;

    internal RateLimitCostAttribute(string? quotaOrUnit, Func<RateLimitCaller, long> function)
    {
        Permits = 1;
        QuotaOrUnit = quotaOrUnit;
        Function = function;
    }

    /// <summary>Gets the permits; 1 if a function of the request returns them.</summary>
    public long Permits { get; }

    /// <summary>
    /// Gets or sets the name of a quota, or the unit of all quotas without a cost by name; with <see langword="null"/>, the default, the cost
    /// applies to each quota without a cost of its own.
    /// </summary>
    public string? QuotaOrUnit { get; set; }

    /// <summary>Gets the function that returns the permits of a request; <see langword="null"/> for <see cref="Permits"/>.</summary>
    internal Func<RateLimitCaller, long>? Function { get; }
}
