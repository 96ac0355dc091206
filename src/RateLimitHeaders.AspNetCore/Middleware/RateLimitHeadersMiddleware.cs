using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about a request, admits or rejects it, and makes the response write the headers when it starts.
/// </summary>
/// <remarks>
/// Nearly every request is decided at once and holds nothing while the endpoint runs; such a request passes without a state
/// machine of its own. Only requests that have to wait, or to give something back, are awaited here.
/// </remarks>
internal sealed class RateLimitHeadersMiddleware(RequestDelegate next, RateLimitRuntime runtime, ILogger logger)
{
    private int _loggedBeforeRouting;
    private int _loggedDecidedInBranch;

    public Task InvokeAsync(HttpContext context)
    {
        // An exception handler or a status code page runs the pipeline again; the request was decided about the first time.
        var earlier = ContextFeatures.RateLimit(context);
        if (earlier is not null && IsDecided(earlier))
        {
            return next(context);
        }

        var snapshot = runtime.Current;
        var endpoint = ContextFeatures.Endpoint(context);
        if (snapshot.Endpoints.Select(context, endpoint, out var reason) is not { } policies)
        {
            return PassUnlimitedAsync(context, endpoint, reason!);
        }

        var request = LimitedRequestPool.Get();
        request.Begin(context, policies.Policy!, snapshot.Handling, policies.IsByDefault, policies.Costs);
        request.UnlimitedBefore = (RateLimitFeature?)earlier;
        var deciding = policies.DecideAsync(request);
        return deciding.IsCompletedSuccessfully ? Continue(request, endpoint) : AwaitAsync(deciding, request, endpoint);
    }

    private static Task OnStarting(object state)
    {
        var request = (LimitedRequest)state;
        var starting = request.Settlement is { } settlement
            ? EmitAfterAsync(settlement.OnStartingAsync(), request)
            : request.Handling.Headers.EmitAsync(request);
        if (!starting.IsCompletedSuccessfully)
        {
            request.Starting = starting;
        }

        return starting;
    }

    private static async Task EmitAfterAsync(ValueTask settled, LimitedRequest request)
    {
        await settled;
        await request.Handling.Headers.EmitAsync(request);
    }

    private static Task OnCompleted(object state)
    {
        var request = (LimitedRequest)state;
        if (request.Settlement is not null || request.Decision.HoldsPermits || request.Starting is not null)
        {
            return CompleteAfterAsync(request);
        }

        Complete(request);
        return Task.CompletedTask;
    }

    private static async Task CompleteAfterAsync(LimitedRequest request)
    {
        if (request.Starting is { } starting)
        {
            // An endpoint may not have awaited its first write. An error of the start is reported by the server.
            await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (request.Settlement is { } settlement)
        {
            await settlement.CompleteAsync();
        }

        if (request.Decision.HoldsPermits)
        {
            // A component between the decision and the endpoint has thrown, such as a logger. Or a store holds permits for a rejected request.
            await request.Plan.ReleaseAsync(request.Decision);
        }

        Complete(request);
    }

    private static void Complete(LimitedRequest request)
    {
        // Other completion callbacks must find no request here: the object soon serves another one.
        request.Handling.Checks.OnCompleted(request);
        ContextFeatures.SetRateLimit(request.HttpContext, null);
        LimitedRequestPool.Return(request);
    }

    private async Task AwaitAsync(ValueTask decided, LimitedRequest request, Endpoint? endpoint)
    {
        try
        {
            await decided;
        }
        catch (OperationCanceledException)
        {
            // The client disconnected while its request waited in a queue. As in ASP.NET Core's own middleware, that is not an error. Or a
            // request timeout has expired, and its middleware answers.
            var context = request.HttpContext;
            request.Handling.Telemetry.Canceled(request);
            LimitedRequestPool.Return(request);
            LeaveUnlimited(context, NoHeaders.LeftQueue);
            if (ContextFeatures.IsTimedOut(context))
            {
                throw;
            }

            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            return;
        }

        await Continue(request, endpoint);
    }

    private Task Continue(LimitedRequest request, Endpoint? endpoint)
    {
        var context = request.HttpContext;
        if (request.Decision.Outcome == RateLimitOutcome.NotLimited)
        {
            LimitedRequestPool.Return(request);
            return PassUnlimitedAsync(context, endpoint, NoHeaders.ExemptByTokenType);
        }

        request.BeginSettlement();
        var response = ContextFeatures.Response(context);
        response.OnCompleted(OnCompleted, request);
        if (response.HasStarted)
        {
            // Another middleware has started the response. Its headers can no longer be written; the limits still apply.
            Log.HeadersTooLate(logger, request.Policy.Name);
        }
        else if (request.MayHaveHeaders || request.Settlement is not null)
        {
            response.OnStarting(OnStarting, request);
        }
        else
        {
            request.Handling.Headers.Withhold(request);
        }

        ContextFeatures.SetRateLimit(context, request);
        request.Handling.Record(request);
        return request.IsRejected ? request.Handling.Rejections.WriteAsync(request)
            : request.Decision.HoldsPermits || request.Handling.Telemetry.MeasuresRuns ? PassAndReleaseAsync(context, request, endpoint)
            : PassAndSettleAsync(context, request, endpoint);
    }

    private Task PassUnlimitedAsync(HttpContext context, Endpoint? endpoint, NoHeaders reason)
    {
        LeaveUnlimited(context, reason);
        return PassAsync(context, endpoint);
    }

    private void LeaveUnlimited(HttpContext context, NoHeaders reason)
    {
        Log.NotLimited(logger, reason.Words);
        runtime.Current.Handling.Headers.Explain(context, reason);
        ContextFeatures.SetRateLimit(context, runtime.UnlimitedBecause(reason, ContextFeatures.RateLimit(context) as RateLimitFeature));
    }

    private async Task PassAndReleaseAsync(HttpContext context, LimitedRequest request, Endpoint? endpoint)
    {
        var run = request.Handling.Telemetry.StartRun(request);
        try
        {
            await PassAndSettleAsync(context, request, endpoint);
        }
        finally
        {
            request.Handling.Telemetry.EndRun(request, run);
            if (request.Decision.HoldsPermits)
            {
                await request.Plan.ReleaseAsync(request.Decision);
            }
        }
    }

    private Task PassAndSettleAsync(HttpContext context, LimitedRequest request, Endpoint? endpoint) =>
        request.Settlement is { } settlement ? PassAndChargeAsync(context, settlement, endpoint) : PassAsync(context, endpoint);

    private async Task PassAndChargeAsync(HttpContext context, RequestSettlement settlement, Endpoint? endpoint)
    {
        try
        {
            await PassAsync(context, endpoint);
        }
        finally
        {
            await settlement.ChargeBytesAsync();
        }
    }

    private Task PassAsync(HttpContext context, Endpoint? endpoint)
    {
        if (endpoint is not null)
        {
            return next(context);
        }

        var passed = next(context);
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

    /// <summary>
    /// Checks whether a request without an endpoint got one whose metadata was set too late to be seen here. Errors are left out:
    /// routing may have found the endpoint of an error page later.
    /// </summary>
    private void CheckRouting(HttpContext context)
    {
        if (context.Response.StatusCode < StatusCodes.Status400BadRequest
            && context.GetEndpoint() is { } endpoint
            && HasRateLimiting(endpoint.Metadata)
            && Interlocked.Exchange(ref _loggedBeforeRouting, 1) == 0)
        {
            Log.BeforeRouting(logger, endpoint.NameOrRoute());
        }
    }

    /// <summary>
    /// Returns whether the request is already decided. A decision that limits it is final, also if another pipeline made it, such as a
    /// branch that returned. A decision that leaves it unlimited is final only for the pipeline that made it, or if the client left a queue.
    /// </summary>
    private bool IsDecided(object decided)
    {
        var limited = decided as LimitedRequest;
        var unlimited = limited is null ? (RateLimitFeature)decided : limited.UnlimitedBefore;
        if (unlimited?.IsUnlimitedBy(runtime) == true)
        {
            return true;
        }

        if (limited is null)
        {
            return unlimited!.WhyNone == NoHeaders.LeftQueue;
        }

        if (limited.Handling.Runtime != runtime && Interlocked.Exchange(ref _loggedDecidedInBranch, 1) == 0)
        {
            Log.DecidedInBranch(logger);
        }

        return true;
    }

    private static bool HasRateLimiting(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<EnableRateLimitingAttribute>() is not null || metadata.GetMetadata<DisableRateLimitingAttribute>() is not null;
}
