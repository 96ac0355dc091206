using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Selects endpoints by their route, such as <c>GET /api/values/{id}</c>. It is compared with routes, not with paths of requests, so
/// that no spelling of a path evades it. Patterns with the same text are equal.
/// </summary>
internal sealed class EndpointPattern : IEquatable<EndpointPattern>
{
    private const string AllOtherMethods = "all other methods";

    private readonly RoutePattern _route;

    private EndpointPattern(string text, string[] methods, RoutePattern route)
    {
        Text = text;
        Methods = methods;
        _route = route;
    }

    /// <summary>Gets the pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>Gets the methods; none for all.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Reads a pattern: a route, with or without preceding methods.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EndpointPattern? pattern, [NotNullWhen(false)] out string? fault)
    {
        (pattern, fault) = (null, null);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || (slash > 0 && text[slash - 1] != ' '))
        {
            fault = "has no route that begins with a slash";
            return false;
        }

        try
        {
            var methods = text[..slash].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            pattern = new EndpointPattern(text, methods, RoutePatternFactory.Parse(text[slash..].TrimEnd()));
            return true;
        }
        catch (RoutePatternException exception)
        {
            fault = $"has a route that cannot be read ({exception.Message.TrimEnd('.')})";
            return false;
        }
    }

    /// <summary>Returns whether an endpoint has the route.</summary>
    /// <remarks>
    /// Names of parameters and literals are not case-sensitive. Constraints of a parameter, such as <c>:int</c>, are compared if the pattern
    /// has them. All patterns are compared with all endpoints: the loops take a tenth of the time of <c>Zip</c> and <c>All</c>.
    /// </remarks>
    public bool HasRouteOf(RouteEndpoint endpoint)
    {
        var (own, other) = (_route.PathSegments, endpoint.RoutePattern.PathSegments);
        if (own.Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < own.Count; i++)
        {
            if (!AreSame(own[i].Parts, other[i].Parts, endpoint.RoutePattern.RequiredValues))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns whether an endpoint has the route, and only methods of the pattern.</summary>
    public bool Matches(RouteEndpoint endpoint) => HasRouteOf(endpoint) && MethodsMissingOf(endpoint) is [];

    /// <summary>Returns the methods of an endpoint that the pattern does not name; <see langword="null"/> if it names none of them.</summary>
    public IReadOnlyList<string>? MethodsMissingOf(Endpoint endpoint)
    {
        if (Methods.Count == 0)
        {
            return [];
        }

        var methods = MethodsOf(endpoint);
        string[] missing = [.. methods.Count == 0 ? [AllOtherMethods] : methods.Except(Methods, StringComparer.OrdinalIgnoreCase)];
        return methods.Count > 0 && missing.Length == methods.Count ? null : missing;
    }

    /// <summary>Gets the methods that an endpoint serves; none for all.</summary>
    public static IReadOnlyList<string> MethodsOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];

    public bool Equals(EndpointPattern? other) => Text == other?.Text;

    public override bool Equals(object? obj) => Equals(obj as EndpointPattern);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static bool AreSame(
        IReadOnlyList<RoutePatternPart> own, IReadOnlyList<RoutePatternPart> other, IReadOnlyDictionary<string, object?> required)
    {
        if (own.Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < own.Count; i++)
        {
            if (!AreSame(own[i], other[i], required))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(RoutePatternPart own, RoutePatternPart other, IReadOnlyDictionary<string, object?> required) => (own, other) switch
    {
        (RoutePatternLiteralPart literal, RoutePatternLiteralPart content) => Same(literal.Content, content.Content),
        (RoutePatternSeparatorPart separator, RoutePatternSeparatorPart content) => separator.Content == content.Content,

        // The controller of a conventional route is a parameter with a required value.
        (RoutePatternLiteralPart literal, RoutePatternParameterPart parameter) =>
            required.TryGetValue(parameter.Name, out var value) && Same(literal.Content, value as string),
        (RoutePatternParameterPart parameter, RoutePatternParameterPart content) =>
            Same(parameter.Name, content.Name)
            && parameter.IsCatchAll == content.IsCatchAll
            && (parameter.ParameterPolicies.Count == 0
                || parameter.ParameterPolicies.Select(policy => policy.Content).SequenceEqual(content.ParameterPolicies.Select(policy => policy.Content))),
        _ => false,
    };

    private static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
