using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about invocations of hub methods as the middleware does about requests, and admits or rejects them. The
/// connection is a request of its own, about which the middleware has decided.
/// </summary>
internal sealed class HubInvocationFilter(RateLimitRuntime runtime) : IHubFilter
{
    private readonly ConcurrentDictionary<(Type Hub, MethodInfo Method), HubMethod?> _methods = [];

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var method = _methods.GetOrAdd((invocation.Hub.GetType(), invocation.HubMethod), static key => HubMethod.Of(key.Hub, key.Method));
        if (method is null)
        {
            return next(invocation);
        }

        var (context, snapshot) = (ContextOf(invocation), runtime.Current);
        return snapshot.Endpoints.Select(context, method.Endpoint, out _) is { } policies
            ? InvokeAsync(invocation, next, method, context, snapshot.Handling, policies)
            : next(invocation);
    }

    /// <summary>
    /// Returns the request that has connected. A connection that does not use HTTP has none: the rules for callers see its user,
    /// and no address.
    /// </summary>
    private static HttpContext ContextOf(HubInvocationContext invocation)
    {
        if (invocation.Context.GetHttpContext() is { } connected)
        {
            return connected.RequestServices is null ? WithServices(connected, invocation.ServiceProvider) : connected;
        }

        var context = new DefaultHttpContext { RequestServices = invocation.ServiceProvider, RequestAborted = invocation.Context.ConnectionAborted };
        if (invocation.Context.User is { } user)
        {
            context.User = user;
        }

        return context;
    }

    /// <summary>
    /// Returns the request with the services of the invocation. The request itself does not keep them, because they are disposed with the
    /// invocation. The request of a connection through Azure SignalR has no services.
    /// </summary>
    private static DefaultHttpContext WithServices(HttpContext connected, IServiceProvider services)
    {
        var features = new FeatureCollection(connected.Features);
        features.Set<IServiceProvidersFeature>(new ServiceProvidersFeature { RequestServices = services });
        return new DefaultHttpContext(features);
    }

    private static async ValueTask<object?> InvokeAsync(
        HubInvocationContext invocation,
        Func<HubInvocationContext, ValueTask<object?>> next,
        HubMethod method,
        HttpContext context,
        RequestHandling handling,
        EndpointPolicy policies)
    {
        var request = LimitedRequestPool.Get();

        // The request of a connection by long polling has already ended when an invocation arrives, and is never aborted.
        request.Begin(context, policies.Policy!, handling, policies.IsByDefault, policies.Costs, invocation.Context.ConnectionAborted);
        try
        {
            await policies.DecideAsync(request);
        }
        catch (OperationCanceledException)
        {
            handling.Telemetry.Canceled(request);
            LimitedRequestPool.Return(request);
            throw;
        }

        if (request.Decision.Outcome == RateLimitOutcome.NotLimited)
        {
            LimitedRequestPool.Return(request);
            return await next(invocation);
        }

        var limited = new LimitedInvocation(request);
        var isStream = false;
        try
        {
            handling.Record(request);
            if (request.IsRejected)
            {
                throw new HubException(MessageOf(request.Decision, handling.Rejections.LogRejection(request)));
            }

            var result = await next(invocation);
            isStream = result is not null && method.ReturnsStream;
            return isStream ? method.Hold(result!, limited, invocation.Context.ConnectionAborted) : result;
        }
        finally
        {
            if (!isStream)
            {
                await limited.EndAsync();
            }
        }
    }

    private static string MessageOf(RateLimitDecision decision, TimeSpan? retryAfter)
    {
        var reason = decision.Outcome == RateLimitOutcome.Unavailable ? "Rate limits cannot be counted now"
            : decision.IsBanned ? "The caller is banned"
            : "Rate limit exceeded";
        return retryAfter is { } wait ? $"{reason}; retry after {NumberText.Of((long)wait.TotalSeconds)} s." : $"{reason}.";
    }
}
