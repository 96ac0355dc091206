using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy as configured: a plan for each token type, or the partitions of the application's own limiters.</summary>
/// <param name="Name">The name.</param>
/// <param name="Resource">The name of the group of endpoints, for <c>X-RateLimit-Resource</c>.</param>
/// <param name="Plans">The plan of each token type that a request can have; one plan without quotas for foreign partitions.</param>
/// <param name="Foreign">Makes the partitions of the application's own limiters; <see langword="null"/> for a policy of quotas.</param>
internal sealed record PolicyDefinition(string Name, string Resource, EquatableList<PlanDefinition> Plans, IForeignPartitioner? Foreign = null)
{
    /// <summary>Gets how rejections are answered.</summary>
    public RejectionDefinition Rejection { get; init; } = RejectionDefinition.Of(options: null, own: null, general: null);

    /// <summary>Gets the rules that tell the caller of a request; <see langword="null"/> for those of all limits.</summary>
    public PrincipalsDefinition? Principals { get; init; }

    /// <summary>Gets what tells, beside the caller, which partition counts a request; <see langword="null"/> for nothing.</summary>
    public EquatableList<Func<HttpContext, string?>>? Dimensions { get; init; }
}
