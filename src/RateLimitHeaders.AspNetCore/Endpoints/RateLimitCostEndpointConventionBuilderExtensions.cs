using RateLimitHeaders.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that set the costs of requests to endpoints; see <see cref="RateLimitCostAttribute"/>.</summary>
public static class RateLimitCostEndpointConventionBuilderExtensions
{
    /// <summary>Sets how many permits a request takes of each quota without a cost of its own.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of endpoints.</param>
    /// <param name="permits">The permits: from 0 to 999,999,999,999,999, or <see cref="PermitCost.AnyLeft"/>.</param>
    /// <returns>The builder.</returns>
    public static TBuilder WithRateLimitCost<TBuilder>(this TBuilder builder, long permits)
        where TBuilder : IEndpointConventionBuilder => Add(builder, new RateLimitCostAttribute(permits));

    /// <summary>Sets how many permits a request takes of certain quotas.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of endpoints.</param>
    /// <param name="quotaOrUnit">The name of a quota, or the unit of all quotas without a cost by name.</param>
    /// <param name="permits">The permits: from 0 to 999,999,999,999,999, or <see cref="PermitCost.AnyLeft"/>.</param>
    /// <returns>The builder.</returns>
    public static TBuilder WithRateLimitCost<TBuilder>(this TBuilder builder, string quotaOrUnit, long permits)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        return Add(builder, new RateLimitCostAttribute(permits) { QuotaOrUnit = quotaOrUnit });
    }

    /// <summary>Sets how many permits a request takes of each quota without a cost of its own, by a function of the request.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of endpoints.</param>
    /// <param name="permits">
    /// Returns the permits of a request. A cost above the limit is rejected without <c>Retry-After</c>. If the function throws or returns an
    /// invalid number, that is logged, and the request costs 1.
    /// </param>
    /// <returns>The builder.</returns>
    public static TBuilder WithRateLimitCost<TBuilder>(this TBuilder builder, Func<RateLimitCaller, long> permits)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(permits);
        return Add(builder, new RateLimitCostAttribute(quotaOrUnit: null, permits));
    }

    /// <summary>Sets how many permits a request takes of certain quotas, by a function of the request.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of endpoints.</param>
    /// <param name="quotaOrUnit">The name of a quota, or the unit of all quotas without a cost by name.</param>
    /// <param name="permits">
    /// Returns the permits of a request. A cost above the limit is rejected without <c>Retry-After</c>. If the function throws or returns an
    /// invalid number, that is logged, and the request costs 1.
    /// </param>
    /// <returns>The builder.</returns>
    public static TBuilder WithRateLimitCost<TBuilder>(this TBuilder builder, string quotaOrUnit, Func<RateLimitCaller, long> permits)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        ArgumentNullException.ThrowIfNull(permits);
        return Add(builder, new RateLimitCostAttribute(quotaOrUnit, permits));
    }

    private static TBuilder Add<TBuilder>(TBuilder builder, RateLimitCostAttribute cost)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(cost));
        return builder;
    }
}
