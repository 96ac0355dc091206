using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>Makes a delegate run instead of the endpoint that routing chooses, with its route and metadata.</summary>
internal sealed class ProbedEndpointFeature(RequestDelegate answer) : IEndpointFeature
{
    private Endpoint? _endpoint;

    public Endpoint? Endpoint
    {
        get => _endpoint;
        set => _endpoint = value switch
        {
            null => null,
            RouteEndpoint route => new RouteEndpoint(answer, route.RoutePattern, route.Order, route.Metadata, route.DisplayName),
            _ => new Endpoint(answer, value.Metadata, value.DisplayName),
        };
    }
}
