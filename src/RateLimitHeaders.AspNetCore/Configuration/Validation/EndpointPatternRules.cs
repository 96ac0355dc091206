using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What patterns of endpoints must keep: they can be read, and each matches an endpoint whole.</summary>
internal static class EndpointPatternRules
{
    /// <summary>Checks the patterns.</summary>
    /// <param name="options">The options.</param>
    /// <param name="assignments">What their patterns say, without those that cannot be read.</param>
    /// <param name="endpoints">The endpoints; <see langword="null"/> while they are not known.</param>
    public static IEnumerable<RateLimitConfigurationError> Check(
        RateLimitHeadersOptions options, IReadOnlyCollection<EndpointAssignment> assignments, EndpointDataSource? endpoints)
    {
        foreach (var (path, text, _) in EndpointAssignments.Listed(options).Concat(ConfiguredEndpointCost.Listed(options)))
        {
            if (!EndpointPattern.TryParse(text, out var pattern, out var fault))
            {
                yield return new(
                    RateLimitErrorIds.EndpointPattern,
                    path,
                    $"\"{text}\" {fault}; give a route, such as \"/api/values/{{id}}\", or methods and a route, such as \"GET /api/values/{{id}}\".");
            }
            else if (endpoints is not null && CheckMatches(path, pattern, endpoints.Endpoints) is { } error)
            {
                yield return error;
            }
        }

        foreach (var error in endpoints is null ? [] : CheckSeveral(assignments, endpoints.Endpoints))
        {
            yield return error;
        }
    }

    private static RateLimitConfigurationError? CheckMatches(string path, EndpointPattern pattern, IReadOnlyList<Endpoint> endpoints)
    {
        RouteEndpoint[] found = [.. endpoints.OfType<RouteEndpoint>().Where(endpoint => pattern.HasRouteOf(endpoint) && pattern.MethodsMissingOf(endpoint) is not null)];
        if (found.Length == 0)
        {
            var nearest = endpoints.OfType<RouteEndpoint>().Select(NameOf).MinBy(name => NearestName.Distance(name, pattern.Text));
            return new(
                RateLimitErrorIds.EndpointPatternUnmatched,
                path,
                $"\"{pattern.Text}\" matches no endpoint; correct it or leave it out. {(nearest is null ? "There is no endpoint." : $"The nearest is \"{nearest}\".")}");
        }

        return (from endpoint in found
                let missing = pattern.MethodsMissingOf(endpoint)
                where missing.Count > 0
                select new RateLimitConfigurationError(
                    RateLimitErrorIds.EndpointPatternMethods,
                    path,
                    $"\"{pattern.Text}\" matches endpoint \"{endpoint.DisplayName}\", which serves {string.Join(", ", missing)}, too; "
                        + "name all of its methods, or none."))
            .FirstOrDefault();
    }

    private static IEnumerable<RateLimitConfigurationError> CheckSeveral(
        IReadOnlyCollection<EndpointAssignment> assignments, IReadOnlyList<Endpoint> endpoints) =>
        from endpoint in assignments.Count == 0 ? [] : endpoints
        let found = EndpointAssignments.For(endpoint, assignments)
        where found.Count > 1
        let patterns = found.Select(assignment => $"\"{assignment.Pattern.Text}\" of {assignment.PolicyName ?? nameof(RateLimitHeadersOptions.ExemptEndpoints)}")
        select new RateLimitConfigurationError(
            RateLimitErrorIds.EndpointPatternSeveral,
            string.Empty,
            $"Endpoint \"{endpoint.DisplayName}\" is matched by patterns of several policies ({string.Join(", ", patterns)}); keep one.");

    private static string NameOf(RouteEndpoint endpoint) =>
        $"{string.Join(',', EndpointPattern.MethodsOf(endpoint))} /{endpoint.RoutePattern.RawText?.TrimStart('/')}".TrimStart();
}
