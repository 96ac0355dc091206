using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The assignment of endpoints to a policy in configuration.</summary>
/// <param name="Pattern">The endpoints.</param>
/// <param name="PolicyName">The name of the policy; <see langword="null"/> if they are not limited.</param>
internal sealed record EndpointAssignment(EndpointPattern Pattern, string? PolicyName)
{
    /// <summary>Returns all assignments of options. Patterns that cannot be read are left out.</summary>
    public static IEnumerable<EndpointAssignment> Of(RateLimitHeadersOptions options) =>
        from listed in Listed(options)
        let pattern = EndpointPattern.TryParse(listed.Pattern, out var parsed, out _) ? parsed : null
        where pattern is not null
        select new EndpointAssignment(pattern, listed.PolicyName);

    /// <summary>Gets all patterns of options, with their paths.</summary>
    public static IEnumerable<(string Path, string Pattern, string? PolicyName)> Listed(RateLimitHeadersOptions options) =>
    [
        .. options.ExemptEndpoints.Select((pattern, i) => (OptionsPath.Join(nameof(options.ExemptEndpoints), $"{i}"), pattern, (string?)null)),
        .. options.Policies.SelectMany(policy => policy.Value.Endpoints.Select(
            (pattern, i) => (OptionsPath.Join(OptionsPath.Policy(policy.Key), nameof(policy.Value.Endpoints), $"{i}"), pattern, (string?)policy.Key))),
    ];

    /// <summary>
    /// Returns the assignments of an endpoint: none, one, or several that contradict each other. A pattern with methods takes
    /// precedence over one without.
    /// </summary>
    public static IReadOnlyList<EndpointAssignment> For(Endpoint? endpoint, IEnumerable<EndpointAssignment> assignments)
    {
        if (endpoint is not RouteEndpoint routed)
        {
            return [];
        }

        EndpointAssignment[] matching = [.. assignments.Where(assignment => assignment.Pattern.Matches(routed))];
        var withMethods = matching.Where(assignment => assignment.Pattern.Methods.Count > 0);
        return [.. (withMethods.Any() ? withMethods : matching).DistinctBy(assignment => assignment.PolicyName)];
    }

    /// <summary>Returns the names of the policies that an endpoint has, or requires although they do not exist.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="assignments">The assignments of configuration.</param>
    /// <param name="options">The options.</param>
    /// <param name="defaultPolicy">The name of the default policy; <see langword="null"/> for none.</param>
    public static IEnumerable<string> PolicyNamesOf(
        Endpoint endpoint, IEnumerable<EndpointAssignment> assignments, RateLimitHeadersOptions options, string? defaultPolicy)
    {
        var assigned = For(endpoint, assignments);
        if (assigned is [{ PolicyName: null }, ..]
            || (assigned.Count == 0 && endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null))
        {
            return [];
        }

        IEnumerable<string?> required = assigned.Count > 0 ? [assigned[0].PolicyName] : [.. RequiredPolicies.Of(endpoint, options.CombinePolicies)];
        return required.DefaultIfEmpty(defaultPolicy).Append(options.GlobalPolicy).OfType<string>().Distinct(StringComparer.Ordinal);
    }

    /// <summary>Returns the names of endpoints to which code and configuration assign different policies.</summary>
    public static IEnumerable<string> Overridden(IReadOnlyList<EndpointAssignment> assignments, EndpointDataSource? endpoints) =>
        from endpoint in assignments.Count == 0 ? [] : endpoints?.Endpoints ?? []
        where For(endpoint, assignments) is [var assignment] && IsOtherwise(endpoint.Metadata, assignment.PolicyName)
        select endpoint.NameOrRoute();

    private static bool IsOtherwise(EndpointMetadataCollection metadata, string? policyName) =>
        metadata.GetMetadata<DisableRateLimitingAttribute>() is not null
            ? policyName is not null
            : metadata.GetMetadata<EnableRateLimitingAttribute>() is { } required && required.PolicyName != policyName;
}
