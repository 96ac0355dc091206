using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Examines the hub methods of an application before the first of them is invoked.</summary>
internal static class HubInvocations
{
    /// <summary>Returns the endpoints that represent hub methods, to be checked like others; none if invocations are not limited.</summary>
    /// <param name="endpoints">The endpoints; <see langword="null"/> while they are not known.</param>
    /// <param name="services">The application's services.</param>
    public static IEnumerable<Endpoint> EndpointsOf(EndpointDataSource? endpoints, IServiceProvider services) =>
        from hub in AreLimited(services) ? HubsOf(endpoints) : []
        let methods = HubMethod.With(typeof(EnableRateLimitingAttribute), hub).Union(HubMethod.With(typeof(RateLimitCostAttribute), hub))
        from endpoint in methods.Select(method => HubMethod.EndpointOf(hub, method)).Append(AreConnectionsExempt(hub, endpoints!) ? HubMethod.EndpointOf(hub) : null)
        where endpoint is not null
        select endpoint;

    /// <summary>Logs which hub methods require a policy although invocations are not limited.</summary>
    public static void Warn(EndpointDataSource? endpoints, IServiceProvider services, ILogger logger)
    {
        foreach (var hub in AreLimited(services) ? [] : HubsOf(endpoints))
        {
            foreach (var method in HubMethod.With(typeof(EnableRateLimitingAttribute), hub))
            {
                Log.HubMethodNotLimited(logger, HubMethod.NameOf(hub, method));
            }
        }
    }

    /// <summary>Returns the names of the policies that hubs and their methods require, whether their invocations are limited or not.</summary>
    public static IEnumerable<string> PolicyNamesOf(EndpointDataSource? endpoints) =>
        from hub in HubsOf(endpoints)
        from required in HubMethod.With(typeof(EnableRateLimitingAttribute), hub).Prepend<MemberInfo>(hub)
            .SelectMany(member => member.GetCustomAttributes<EnableRateLimitingAttribute>(inherit: true))
        where required.PolicyName is not null
        select required.PolicyName;

    /// <summary>Returns whether only hubs are limited: their invocations are, and endpoints have no other policies.</summary>
    public static bool AreLimitedAlone(IServiceProvider services)
    {
        var endpoints = services.GetService<EndpointDataSource>();
        string[] names = AreLimited(services) ? [.. PolicyNamesOf(endpoints)] : [];
        if (names.Length == 0)
        {
            return false;
        }

        var policies = services.GetRequiredService<RateLimitRuntime>().Current.Endpoints;
        return !endpoints!.Endpoints.Any(endpoint => policies.PoliciesOf(endpoint)
            .Any(policy => endpoint.Metadata.GetMetadata<HubMetadata>() is null || !names.Contains(policy.Name)));
    }

    private static bool AreLimited(IServiceProvider services) =>
        services.GetService<IServiceProviderIsService>()?.IsService(typeof(HubInvocationFilter)) == true;

    // A hub has two endpoints, of which one negotiates.
    private static IEnumerable<Type> HubsOf(EndpointDataSource? endpoints) =>
        (endpoints?.Endpoints ?? []).Select(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType).OfType<Type>().Distinct();

    // If they are not, the endpoint of the hub has its attributes, and is checked with the others.
    private static bool AreConnectionsExempt(Type hub, EndpointDataSource endpoints) => endpoints.Endpoints
        .Where(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType == hub)
        .All(endpoint => endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null);
}
