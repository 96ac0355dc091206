using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about a request, lets it through or refuses it, and has the headers written as the response starts.
/// </summary>
/// <remarks>
/// Nearly every request is decided at once and holds nothing while the endpoint runs; such a one passes without a state
/// machine of its own. Only what has to wait, or to give something back, is awaited here.
/// </remarks>
internal sealed class RateLimitHeadersMiddleware
{
    private readonly RequestDelegate _next;
    private readonly RateLimitEngine _engine;
    private readonly ILogger _logger;
    private int _saidBeforeRouting;

    public RateLimitHeadersMiddleware(RequestDelegate next, RateLimitEngine engine, ILogger logger)
    {
        _next = next;
        _engine = engine;
        _logger = logger;
    }

    public Task InvokeAsync(HttpContext context)
    {
        // An exception handler or a status code page runs the pipeline again; the request was decided about the first time.
        if (ContextFeatures.HasRateLimit(context))
        {
            return _next(context);
        }

        var endpoint = ContextFeatures.Endpoint(context);
        if (_engine.Begin(context, endpoint, out var unlimited) is not { } request)
        {
            return PassUnlimitedAsync(context, endpoint, unlimited!);
        }

        var decided = request.Policy.DecideAsync(request);
        return decided.IsCompletedSuccessfully ? Continue(request, endpoint) : AwaitAsync(decided, request, endpoint);
    }

    private static Task OnStarting(object state)
    {
        var request = (RequestLimit)state;
        return request.Emitter.EmitAsync(request);
    }

    private static Task OnCompleted(object state)
    {
        // What else runs when the response is complete finds no feature rather than one that serves another request.
        var request = (RequestLimit)state;
        ContextFeatures.SetRateLimit(request.HttpContext, null);
        RequestPool.Return(request);
        return Task.CompletedTask;
    }

    private async Task AwaitAsync(ValueTask decided, RequestLimit request, Endpoint? endpoint)
    {
        try
        {
            await decided;
        }
        catch
        {
            // The caller hung up while it waited in a queue, or a request timeout was over, which its middleware answers.
            RequestPool.Return(request);
            throw;
        }

        await Continue(request, endpoint);
    }

    private Task Continue(RequestLimit request, Endpoint? endpoint)
    {
        var context = request.HttpContext;
        if (request.Outcome == RequestOutcome.Exempt)
        {
            RequestPool.Return(request);
            return PassUnlimitedAsync(context, endpoint, UnlimitedRequest.ExemptByTokenType);
        }

        var response = ContextFeatures.Response(context);
        response.OnCompleted(OnCompleted, request);
        if (response.HasStarted)
        {
            // Somebody before us wrote already: too late for headers, and not for limits.
            Log.HeadersTooLate(_logger, request.PolicyName);
        }
        else if (request.MayHaveHeaders)
        {
            response.OnStarting(OnStarting, request);
        }
        else
        {
            request.Emitter.Withhold(request);
        }

        ContextFeatures.SetRateLimit(context, request);
        if (request.IsRefused)
        {
            return _engine.Refusals.WriteAsync(request);
        }

        return request.HoldsPermits ? PassAndReleaseAsync(context, request, endpoint) : PassAsync(context, endpoint);
    }

    private Task PassUnlimitedAsync(HttpContext context, Endpoint? endpoint, UnlimitedRequest request)
    {
        Log.NotLimited(_logger, request.WhyNoHeaders);
        ContextFeatures.SetRateLimit(context, request);
        return PassAsync(context, endpoint);
    }

    private async Task PassAndReleaseAsync(HttpContext context, RequestLimit request, Endpoint? endpoint)
    {
        try
        {
            await PassAsync(context, endpoint);
        }
        finally
        {
            request.Release();
        }
    }

    private Task PassAsync(HttpContext context, Endpoint? endpoint)
    {
        if (endpoint is not null)
        {
            return _next(context);
        }

        var passed = _next(context);
        if (!passed.IsCompletedSuccessfully)
        {
            return AwaitUnroutedAsync(context, passed);
        }

        CheckRouting(context);
        return Task.CompletedTask;
    }

    private async Task AwaitUnroutedAsync(HttpContext context, Task passed)
    {
        await passed;
        CheckRouting(context);
    }

    /// <summary>Looks whether a request without an endpoint got one whose metadata we came too early to see.</summary>
    private void CheckRouting(HttpContext context)
    {
        if (context.GetEndpoint() is { } endpoint
            && HasRateLimiting(endpoint.Metadata)
            && Interlocked.Exchange(ref _saidBeforeRouting, 1) == 0)
        {
            Log.BeforeRouting(_logger, endpoint.DisplayName);
        }
    }

    private static bool HasRateLimiting(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<EnableRateLimitingAttribute>() is not null || metadata.GetMetadata<DisableRateLimitingAttribute>() is not null;
}
