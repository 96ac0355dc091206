using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Finds the endpoint that a description belongs to.</summary>
internal static class DescribedEndpoint
{
    // A document describes each endpoint, so that a search among all of them for each would take time with the square of their number.
    private static readonly ConditionalWeakTable<IReadOnlyList<Endpoint>, ILookup<object, Endpoint>> s_known = [];

    /// <summary>Returns the endpoint, or one with the same metadata and without a route if it is not found.</summary>
    /// <remarks>
    /// A controller's action is in the metadata of its endpoints. The description of a minimal endpoint has the objects of its
    /// metadata, some of which belong only to that endpoint.
    /// </remarks>
    public static Endpoint Of(ActionDescriptor action, EndpointDataSource? endpoints) =>
        (endpoints is null ? [] : CandidatesOf(action, endpoints)).FirstOrDefault(endpoint => IsOf(endpoint.Metadata, action))
        ?? new Endpoint(requestDelegate: null, new EndpointMetadataCollection(action.EndpointMetadata ?? []), action.DisplayName);

    private static IEnumerable<Endpoint> CandidatesOf(ActionDescriptor action, EndpointDataSource endpoints)
    {
        var known = s_known.GetValue(endpoints.Endpoints, static all => all.ToLookup(KeyOf, ReferenceEqualityComparer.Instance));
        return known[action].Concat(action.EndpointMetadata is [var first, ..] ? known[first] : []);
    }

    private static object KeyOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ActionDescriptor>() ?? (endpoint.Metadata is [var first, ..] ? first : endpoint);

    private static bool IsOf(EndpointMetadataCollection metadata, ActionDescriptor action) =>
        metadata.GetMetadata<ActionDescriptor>() is { } own
            ? ReferenceEquals(own, action)
            : action.EndpointMetadata is { Count: > 0 } described && metadata.SequenceEqual(described, ReferenceEqualityComparer.Instance);
}
