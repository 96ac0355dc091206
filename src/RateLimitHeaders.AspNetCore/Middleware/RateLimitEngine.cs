using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>All that one configuration comes to: what the middleware asks on every request.</summary>
internal sealed class RateLimitEngine : IDisposable
{
    private readonly IReadOnlyCollection<Policy> _policies;
    private readonly PolicySelector _selector;
    private readonly HeaderEmitter _emitter;
    private readonly QuotaStore? _store;
    private readonly IDisposable _metrics;

    public RateLimitEngine(
        IReadOnlyCollection<Policy> policies,
        PolicySelector selector,
        HeaderEmitter emitter,
        RefusalWriter refusals,
        QuotaStore? store,
        IDisposable metrics)
    {
        _policies = policies;
        _selector = selector;
        _emitter = emitter;
        _store = store;
        _metrics = metrics;
        Refusals = refusals;
    }

    public RefusalWriter Refusals { get; }

    /// <summary>Starts a request that is limited, or tells why it is not.</summary>
    public RequestLimit? Begin(HttpContext context, Endpoint? endpoint, out UnlimitedRequest? unlimited)
    {
        if (_selector.Select(context, endpoint, out unlimited) is not { } policy)
        {
            return null;
        }

        var request = RequestPool.Get();
        request.Begin(context, policy, _emitter);
        return request;
    }

    public void Dispose()
    {
        foreach (var policy in _policies)
        {
            policy.Dispose();
        }

        _store?.Dispose();
        _metrics.Dispose();
    }
}
