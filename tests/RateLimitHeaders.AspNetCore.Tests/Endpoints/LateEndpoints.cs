using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Endpoints that appear while the application runs.</summary>
internal sealed class LateEndpoints : EndpointDataSource, IDisposable
{
    private readonly List<Endpoint> _endpoints = [];
    private CancellationTokenSource _change = new();

    public override IReadOnlyList<Endpoint> Endpoints => [.. _endpoints];

    public override IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

    public void Add(string pattern, string policy)
    {
        var endpoint = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), order: 0) { DisplayName = pattern };
        endpoint.Metadata.Add(new EnableRateLimitingAttribute(policy));
        _endpoints.Add(endpoint.Build());

        using var changed = _change;
        _change = new CancellationTokenSource();
        changed.Cancel();
    }

    public void Dispose() => _change.Dispose();
}
