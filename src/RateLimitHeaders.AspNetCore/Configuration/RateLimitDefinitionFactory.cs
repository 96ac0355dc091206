using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Checks options, and makes the definition of them.</summary>
internal static class RateLimitDefinitionFactory
{
    /// <summary>Makes the definition, or throws all errors.</summary>
    /// <exception cref="RateLimitConfigurationException">There are errors.</exception>
    public static RateLimitDefinition Create(
        RateLimitHeadersOptions options, IServiceProvider services, EndpointDataSource? endpoints, RateLimitStore? store) =>
        throw new NotImplementedException();
}
