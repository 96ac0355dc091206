using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Says which policies limit nothing: a forgotten <c>DefaultPolicy</c> leaves an API unlimited. Endpoints can be added later, so that
/// it is no error.
/// </summary>
internal static class UnusedPolicies
{
    /// <summary>Looks at the endpoints when the application has started: a branch of a pipeline is made before all of them are mapped.</summary>
    public static void WarnOnStart(RateLimitRuntime runtime, IServiceProvider services, ILogger logger)
    {
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            lifetime.ApplicationStarted.Register(() => Warn(runtime.Current, services, logger));
        }
    }

    public static void Warn(RateLimitSnapshot snapshot, IServiceProvider services, ILogger logger)
    {
        var endpoints = services.GetService<EndpointDataSource>();
        var definition = snapshot.Definition;
        var used = (endpoints?.Endpoints ?? []).SelectMany(snapshot.Endpoints.PoliciesOf).Select(policy => policy.Name)
            .Concat(HubInvocations.PolicyNamesOf(endpoints))
            .Append(definition.DefaultPolicy)
            .Append(definition.GlobalPolicy);
        foreach (var unused in definition.Policies.Select(policy => policy.Name).Except(used).OfType<string>())
        {
            Log.PolicyUnused(logger, unused);
        }
    }
}
