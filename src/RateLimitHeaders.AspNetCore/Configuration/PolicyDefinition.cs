using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy as configured: a plan for each token type, or the partitions of the application's own limiters.</summary>
/// <param name="Name">The name.</param>
/// <param name="Resource">The name of the group of endpoints, for <c>X-RateLimit-Resource</c>.</param>
/// <param name="Plans">The plan of each token type that a request can have; one plan without quotas for foreign partitions.</param>
/// <param name="Foreign">Makes the partitions of the application's own limiters; <see langword="null"/> for a policy of quotas.</param>
internal sealed record PolicyDefinition(string Name, string Resource, EquatableList<PlanDefinition> Plans, IForeignPartitioner? Foreign = null)
{
    /// <summary>Gets the response to rejections.</summary>
    public RejectionDefinition Rejection { get; init; } = RejectionDefinition.Of(options: null, own: null, general: null);

    /// <summary>Gets the rules that identify the caller of a request; <see langword="null"/> for those of all limits.</summary>
    public PrincipalsDefinition? Principals { get; init; }

    /// <summary>
    /// Gets the functions whose values choose, together with the caller, the partition that counts a request; <see langword="null"/> for none.
    /// </summary>
    public EquatableList<Func<HttpContext, string?>>? Dimensions { get; init; }
}
