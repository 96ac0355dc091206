namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Sets how many permits a request to an endpoint takes. It can be applied several times if the costs of quotas differ. The attribute that is
/// nearest to the endpoint wins: one on a method over one on its class, one on a class over one on its base, one on an endpoint over one on
/// its group.
/// </summary>
/// <remarks>
/// A cost by the name of a quota takes precedence over one by a unit, and both take precedence over the costs of the policy. A cost without
/// either applies to each quota without a cost of its own, here or in the policy. <c>EndpointCosts</c> of the policy
/// (<see cref="PolicyOptions.EndpointCosts"/>) take precedence over attributes. A cost above a limit stops the start-up. An attribute on a
/// handler of a Razor page has no effect, unlike one on its page model.
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
