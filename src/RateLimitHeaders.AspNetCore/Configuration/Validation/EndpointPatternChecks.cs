using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of patterns of endpoints: they can be read, and each matches a whole endpoint.</summary>
internal static partial class EndpointPatternChecks
{
    [GeneratedRegex(@"\{(\w+)[^{}]*\}")]
    private static partial Regex ParameterPattern { get; }

    /// <summary>Checks the patterns.</summary>
    /// <param name="options">The options.</param>
    /// <param name="assignments">The assignments of their patterns, without those that cannot be read.</param>
    /// <param name="endpoints">The endpoints; <see langword="null"/> while they are not known.</param>
    /// <param name="errors">The errors.</param>
    public static void Check(
        RateLimitHeadersOptions options,
        IReadOnlyCollection<EndpointAssignment> assignments,
        EndpointDataSource? endpoints,
        ConfigurationErrors errors)
    {
        RouteEndpoint[]? routes = endpoints is null ? null : [.. endpoints.Endpoints.OfType<RouteEndpoint>()];
        var names = new Lazy<string[]>(() => [.. routes!.Select(NameOf)]);
        foreach (var (path, text, _) in EndpointAssignment.Listed(options).Concat(ConfiguredEndpointCost.Listed(options)))
        {
            if (!EndpointPattern.TryParse(text, out var pattern, out var fault))
            {
                errors.Add(
                    RateLimitErrorIds.EndpointPattern,
                    path,
                    $"\"{text}\" {fault}; give a route, such as \"/api/values/{{id}}\", or methods and a route, such as \"GET /api/values/{{id}}\".");
            }
            else if (routes is not null)
            {
                CheckMatches(path, pattern, routes, names, errors);
            }
        }

        foreach (var endpoint in assignments.Count == 0 ? [] : routes ?? [])
        {
            var found = EndpointAssignment.For(endpoint, assignments);
            var patterns = found.Select(assignment => $"\"{assignment.Pattern.Text}\" of {assignment.PolicyName ?? nameof(options.ExemptEndpoints)}");
            errors.AddIf(
                found.Count > 1,
                RateLimitErrorIds.EndpointPatternSeveral,
                string.Empty,
                $"Endpoint \"{endpoint.NameOrRoute()}\" is matched by patterns of several policies ({string.Join(", ", patterns)}); keep one.");
        }
    }

    private static void CheckMatches(
        string path, EndpointPattern pattern, RouteEndpoint[] endpoints, Lazy<string[]> names, ConfigurationErrors errors)
    {
        RouteEndpoint[] found = [.. endpoints.Where(endpoint => pattern.HasRouteOf(endpoint) && pattern.MethodsMissingOf(endpoint) is not null)];
        if (found.Length > 0 && found.All(endpoint => endpoint.IsDynamic()))
        {
            errors.Add(
                RateLimitErrorIds.EndpointPatternUnmatched,
                path,
                $"\"{pattern.Text}\" matches only a fallback or dynamic route, which leads to other endpoints; give the routes of those, or leave it out.");
        }
        else if (found.Length == 0)
        {
            errors.Add(
                RateLimitErrorIds.EndpointPatternUnmatched,
                path,
                $"\"{pattern.Text}\" matches no endpoint; correct it or leave it out.{NearestTo(pattern, names.Value, errors.Count)}");
        }
        else if (found.FirstOrDefault(endpoint => pattern.MethodsMissingOf(endpoint) is { Count: > 0 }) is { } endpoint)
        {
            errors.Add(
                RateLimitErrorIds.EndpointPatternMethods,
                path,
                $"\"{pattern.Text}\" matches endpoint \"{endpoint.NameOrRoute()}\", which serves "
                    + $"{string.Join(", ", pattern.MethodsMissingOf(endpoint)!)}, too; name all of its methods, or none.");
        }
    }

    // The distance to 20,000 names takes 50 ms, and a changed prefix is an error of each pattern: only errors that the message shows name the nearest.
    private static string NearestTo(EndpointPattern pattern, string[] names, int errors) =>
        errors >= RateLimitConfigurationException.MaxLines ? ""
        : names.Length == 0 ? " There is no endpoint."
        : $" The nearest is \"{names.MinBy(name => NearestName.Distance(name, pattern.Text))}\".";

    private static string NameOf(RouteEndpoint endpoint) =>
        $"{string.Join(',', EndpointPattern.MethodsOf(endpoint))} /{RouteOf(endpoint.RoutePattern)}".TrimStart();

    // The controller and the action of a conventional route are parameters with a required value, which patterns contain as literals.
    private static string RouteOf(RoutePattern route) => ParameterPattern.Replace(
        route.RawText?.TrimStart('/') ?? string.Empty,
        parameter => route.RequiredValues.GetValueOrDefault(parameter.Groups[1].Value) is string { Length: > 0 } value ? value : parameter.Value);
}
