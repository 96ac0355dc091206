using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Stops the start-up if operations are mapped without a named authorization policy, or with one that does not exist.</summary>
internal sealed class OperationsAuthorization(IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>Checks an endpoint when it is built: one without a policy never serves a request.</summary>
    public static void Check(EndpointBuilder endpoint)
    {
        if (PoliciesOf(endpoint.Metadata).Any() || endpoint.Metadata.OfType<AuthorizationPolicy>().Any())
        {
            if (!endpoint.Metadata.OfType<IAllowAnonymous>().Any())
            {
                return;
            }
        }

        throw Error(
            RateLimitErrorIds.OperationsWithoutAuthorization,
            "MapRateLimitOperations has no authorization policy, so that any caller could act as an operator; name one that requires "
                + "an operator, such as MapRateLimitOperations(\"/operations/rate-limits\", \"operators\"), and leave out AllowAnonymous().");
    }

    /// <summary>Checks the endpoints when all of them exist, even if no pipeline has built them so far.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var endpoints = services.GetService<EndpointDataSource>()?.Endpoints ?? [];
        foreach (var name in endpoints.Where(IsOfOperations).SelectMany(endpoint => PoliciesOf(endpoint.Metadata)).Distinct(StringComparer.Ordinal))
        {
            if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies || await policies.GetPolicyAsync(name) is null)
            {
                throw Error(
                    RateLimitErrorIds.OperationsPolicyMissing,
                    $"MapRateLimitOperations requires the authorization policy \"{name}\", which does not exist; "
                        + $"add it with services.AddAuthorization(options => options.AddPolicy(\"{name}\", …)), or correct the name.");
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsOfOperations(Endpoint endpoint) => endpoint.Metadata.GetMetadata<OperationsMetadata>() is { IsForOperators: true };

    private static IEnumerable<string> PoliciesOf(IEnumerable<object> metadata) =>
        metadata.OfType<IAuthorizeData>().Select(data => data.Policy).OfType<string>().Where(policy => policy.Length > 0);

    private static RateLimitConfigurationException Error(string id, string message) => new([new RateLimitConfigurationError(id, string.Empty, message)]);
}
