using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Examines requests for signs of a pipeline setup that makes limits useless, and logs each finding once.
/// </summary>
internal sealed class SetupChecks(RateLimitDefinition definition, ILogger logger)
{
    // A proxy adds the field to all requests, and in the wrong order all users are authenticated too late: the first requests are enough.
    private const int RequestsToLookAt = 10_000;

    // The mark that the CORS middleware sets if there is an endpoint, by which routing knows that it has run.
    private const string CorsMark = "__CorsMiddlewareWithEndpointInvoked";

    private readonly bool _needsUser = definition.Policies.Select(policy => policy.Principals).Append(definition.Principals)
        .Any(principals => principals?.Rules.Any(rule => rule.NeedsUser) is true);
    private readonly HashSet<string> _planNames = [.. definition.Policies.SelectMany(policy => policy.Plans).Select(plan => plan.PlanName).OfType<string>()];
    private ForwardedHeadersOptions? _forwarded;
    private int _lookedAt;
    private int _loggedForwarded;
    private int _loggedPlan;
    private int _loggedAuthentication;
    private int _loggedCors;

    /// <summary>Returns whether other checks look for the same.</summary>
    public bool IsSame(SetupChecks other) => _needsUser == other._needsUser && _planNames.SetEquals(other._planNames);

    /// <summary>Examines one of the first requests that are limited by their client IP addresses, before its endpoint runs.</summary>
    /// <returns>
    /// Whether <c>UseAuthentication()</c> has run, if there is no authenticated user yet and <see cref="OnCompleted"/> is to look for one
    /// again; <see langword="null"/> if it is not.
    /// </returns>
    public bool? OnAddress(HttpContext context)
    {
        if (_lookedAt >= RequestsToLookAt || Interlocked.Increment(ref _lookedAt) > RequestsToLookAt)
        {
            return null;
        }

        if (_loggedForwarded == 0 && FindUnusedAddress(context) is { } field && Interlocked.Exchange(ref _loggedForwarded, 1) == 0)
        {
            Log.ForwardedHeadersUnused(logger, field);
        }

        return _needsUser && _loggedAuthentication == 0 && !HasUser(context)
            ? context.Features.Get<IAuthenticationFeature>() is not null
            : null;
    }

    /// <summary>Examines the name of a caller's plan.</summary>
    public void OnPlan(string name)
    {
        // If no policy has such plans, functions that return limits read the name.
        if (_loggedPlan == 0 && _planNames.Count > 0 && !_planNames.Contains(name) && Interlocked.Exchange(ref _loggedPlan, 1) == 0)
        {
            Log.PlanUnknown(logger, name);
        }
    }

    /// <summary>Examines a request whose response is complete.</summary>
    public void OnCompleted(LimitedRequest request)
    {
        if (request.WasAfterAuthentication is not { } wasAfter || !HasUser(request.HttpContext))
        {
            return;
        }

        // Authorization leaves the result of the scheme that it has run. A log-in, which is anonymous, sets its user without one.
        var isLate = !wasAfter || request.HttpContext.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Succeeded == true;
        if (!isLate || Interlocked.Exchange(ref _loggedAuthentication, 1) != 0)
        {
            return;
        }

        if (wasAfter)
        {
            Log.AuthenticatedByAnotherScheme(logger);
        }
        else
        {
            Log.BeforeAuthentication(logger);
        }
    }

    /// <summary>Examines a request that is rejected.</summary>
    public void OnRejected(HttpContext context)
    {
        if (_loggedCors == 0
            && context.Request.Headers.Origin.Count > 0
            && CrossSite.Is(context.Request)
            && (context.Request.Headers["Sec-Fetch-Mode"].ToString() is "" or "cors")
            && ContextFeatures.Endpoint(context) is not null
            && !context.Items.ContainsKey(CorsMark)
            && context.RequestServices?.GetService<ICorsService>() is not null)
        {
            context.Response.OnCompleted(OnRejectionCompleted, context);
        }
    }

    // If CORS runs before routing, it leaves no mark, and its field when the response starts.
    private Task OnRejectionCompleted(object context)
    {
        if (((HttpContext)context).Response is { HasStarted: true, Headers.AccessControlAllowOrigin.Count: 0 } && Interlocked.Exchange(ref _loggedCors, 1) == 0)
        {
            Log.CorsTooLate(logger);
        }

        return Task.CompletedTask;
    }

    /// <summary>Finds a field in which a proxy sends the address of a client, if the request has another address.</summary>
    private string? FindUnusedAddress(HttpContext context)
    {
        _forwarded ??= ForwardedOptions(context.RequestServices);
        var headers = context.Request.Headers;
        var field = headers.ContainsKey(_forwarded.ForwardedForHeaderName) ? _forwarded.ForwardedForHeaderName
            : headers.ContainsKey("X-Real-IP") ? "X-Real-IP"
            : headers.ContainsKey("Forwarded") ? "Forwarded"
            : null;

        // The forwarded headers middleware keeps the address that it replaces. A Unix socket has none: an address there was set by the middleware.
        return field is null
            || headers.ContainsKey(_forwarded.OriginalForHeaderName)
            || context.Connection is { LocalIpAddress: null, RemoteIpAddress: not null }
            ? null
            : field;
    }

    private static ForwardedHeadersOptions ForwardedOptions(IServiceProvider? services)
    {
        try
        {
            return services?.GetService<IOptions<ForwardedHeadersOptions>>()?.Value ?? new();
        }
#pragma warning disable CA1031 // Code of the application configures these options. If it fails, that is no fault of the request.
        catch (Exception)
#pragma warning restore CA1031
        {
            return new();
        }
    }

    private static bool HasUser(HttpContext context) => ContextFeatures.User(context)?.Identity?.IsAuthenticated == true;
}
