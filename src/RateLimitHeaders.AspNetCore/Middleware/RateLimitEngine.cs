using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace RateLimitHeaders.AspNetCore;

/// <summary>All that one configuration comes to: what the middleware asks on every request.</summary>
internal sealed class RateLimitEngine : IDisposable
{
    // Beyond this many at the same time, request states are made and thrown away.
    private const int KeptRequests = 1_024;

    private readonly IReadOnlyCollection<Policy> _policies;
    private readonly PolicySelector _selector;
    private readonly HeaderEmitter _emitter;
    private readonly QuotaStore? _store;
    private readonly IDisposable _metrics;
    private readonly ObjectPool<RequestLimit> _requests =
        new DefaultObjectPool<RequestLimit>(new DefaultPooledObjectPolicy<RequestLimit>(), KeptRequests);

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
    public RequestLimit? Begin(HttpContext context, out UnlimitedRequest? unlimited)
    {
        if (_selector.Select(context, out unlimited) is not { } policy)
        {
            return null;
        }

        var request = _requests.Get();
        request.Begin(context, policy, _emitter);
        return request;
    }

    /// <summary>Ends a request, whose state serves the next one then.</summary>
    public void End(RequestLimit request)
    {
        request.Reset();
        _requests.Return(request);
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
