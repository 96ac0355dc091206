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
    // Get and Set are generic virtual methods, whose look-up takes 15 ns that the indexer does not.
    private static readonly Type s_featureType = typeof(IRateLimitFeature);

    private readonly RequestDelegate _next;
    private readonly RateLimitEngine _engine;
    private readonly ILogger _logger;
    private readonly Func<object, Task> _onCompleted;
    private int _saidBeforeRouting;

    public RateLimitHeadersMiddleware(RequestDelegate next, RateLimitEngine engine, ILogger logger)
    {
        _next = next;
        _engine = engine;
        _logger = logger;
        _onCompleted = state =>
        {
            // What else runs when the response is complete finds no feature rather than one that serves another request.
            var request = (RequestLimit)state;
            request.HttpContext.Features[s_featureType] = null;
            _engine.End(request);
            return Task.CompletedTask;
        };
    }

    public Task InvokeAsync(HttpContext context)
    {
        // An exception handler or a status code page runs the pipeline again; the request was decided about the first time.
        if (context.Features[s_featureType] is not null)
        {
            return _next(context);
        }

        if (_engine.Begin(context, out var unlimited) is not { } request)
        {
            return PassUnlimitedAsync(context, unlimited!);
        }

        var decided = request.Policy.DecideAsync(request);
        return decided.IsCompletedSuccessfully ? Continue(request) : AwaitAsync(decided, request);
    }

    private static Task OnStarting(object state)
    {
        var request = (RequestLimit)state;
        return request.Emitter.EmitAsync(request);
    }

    private async Task AwaitAsync(ValueTask decided, RequestLimit request)
    {
        try
        {
            await decided;
        }
        catch
        {
            // The caller hung up while it waited in a queue, or a request timeout was over, which its middleware answers.
            _engine.End(request);
            throw;
        }

        await Continue(request);
    }

    private Task Continue(RequestLimit request)
    {
        var context = request.HttpContext;
        if (request.Outcome == RequestOutcome.Exempt)
        {
            _engine.End(request);
            return PassUnlimitedAsync(context, UnlimitedRequest.ExemptByTokenType);
        }

        // The feature comes last: a new one makes the context look up all others again.
        var response = context.Response;
        response.OnCompleted(_onCompleted, request);
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
            request.Emitter.Emit(request);
        }

        context.Features[s_featureType] = request;
        if (request.IsRefused)
        {
            return _engine.Refusals.WriteAsync(request);
        }

        return request.HoldsPermits ? PassAndReleaseAsync(context, request) : PassAsync(context);
    }

    private Task PassUnlimitedAsync(HttpContext context, UnlimitedRequest request)
    {
        Log.NotLimited(_logger, request.WhyNoHeaders);
        context.Features[s_featureType] = request;
        return PassAsync(context);
    }

    private async Task PassAndReleaseAsync(HttpContext context, RequestLimit request)
    {
        try
        {
            await PassAsync(context);
        }
        finally
        {
            request.Release();
        }
    }

    private Task PassAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not null)
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
