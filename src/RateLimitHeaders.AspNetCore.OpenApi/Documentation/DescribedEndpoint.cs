using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Finds the endpoint that a description belongs to.</summary>
internal static class DescribedEndpoint
{
    /// <summary>Returns the endpoint, or one with the same metadata and without a route if it is not found.</summary>
    /// <remarks>
    /// A controller's action is in the metadata of its endpoints. The description of a minimal endpoint has the objects of its
    /// metadata, some of which belong only to that endpoint.
    /// </remarks>
    public static Endpoint Of(ActionDescriptor action, EndpointDataSource? endpoints) =>
        endpoints?.Endpoints.FirstOrDefault(endpoint => IsOf(endpoint.Metadata, action))
        ?? new Endpoint(requestDelegate: null, new EndpointMetadataCollection(action.EndpointMetadata ?? []), action.DisplayName);

    private static bool IsOf(EndpointMetadataCollection metadata, ActionDescriptor action) =>
        metadata.GetMetadata<ActionDescriptor>() is { } own
            ? ReferenceEquals(own, action)
            : action.EndpointMetadata is { Count: > 0 } described && metadata.SequenceEqual(described, ReferenceEqualityComparer.Instance);
}
