using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The whole configuration, checked and immutable. Two definitions with the same content are equal, so that the next one can be
/// compared with the one in force.
/// </summary>
internal sealed record RateLimitDefinition
{
    /// <summary>Gets the rules that identify the caller of a request, for policies without rules of their own.</summary>
    public required PrincipalsDefinition Principals { get; init; }

    public required EquatableList<PolicyDefinition> Policies { get; init; }

    /// <summary>
    /// Gets the name of the policy of all requests whose endpoint requires no other, or that have no endpoint; <see langword="null"/> for none.
    /// </summary>
    public string? DefaultPolicy { get; init; }

    /// <summary>Gets the name of the policy of all requests, which applies in addition to that of their endpoint; <see langword="null"/> for none.</summary>
    public string? GlobalPolicy { get; init; }

    /// <summary>Gets a value indicating whether all policies that an endpoint requires apply, instead of the nearest.</summary>
    public bool CombinePolicies { get; init; }

    /// <summary>Gets the endpoints that have a policy, or none, whatever their metadata.</summary>
    public EquatableList<EndpointAssignment> Endpoints { get; init; } = [];

    /// <summary>Gets the costs of endpoints in configuration.</summary>
    public EquatableList<ConfiguredEndpointCost> EndpointCosts { get; init; } = [];

    public required HeadersDefinition Headers { get; init; }

    /// <summary>Gets the largest number of callers of one token type that a policy counts separately.</summary>
    public required int MaxPartitions { get; init; }

    /// <summary>Gets the clock of all limits.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Gets the key of the hash of callers in the log; <see langword="null"/> if the log has none.</summary>
    public EquatableList<byte>? LoggedCallerSecret { get; init; }

    /// <summary>Gets the condition that exempts requests from limits; <see langword="null"/> for none.</summary>
    public Func<HttpContext, bool>? ExemptWhen { get; init; }
}
