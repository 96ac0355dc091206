using Microsoft.AspNetCore.Hosting;
using RateLimitHeaders.AspNetCore.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that prepare an application for tests of its limits.</summary>
public static class RateLimitTestingServiceCollectionExtensions
{
    /// <summary>
    /// Prepares an application for tests of its limits:
    /// <see cref="RateLimitClientExtensions.FromAddress"/> gives its clients addresses,
    /// <see cref="RateLimitClientExtensions.GetStandingAsync(HttpClient, string, CancellationToken)"/> gets their standing, and
    /// <see cref="RateLimitClientExtensions.ExhaustAsync(HttpClient, string, string?, CancellationToken)"/> exhausts their limits. Call it only in
    /// tests, such as in <c>WebApplicationFactory.WithWebHostBuilder</c>, because a request can then choose its address.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="timeProvider">
    /// The clock of the test, such as a <c>FakeTimeProvider</c>, which becomes the clock of the application; by default the application's
    /// own clock. Limits that call <c>UseTimeProvider</c> keep the clock that they name.
    /// </param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRateLimitTesting(this IServiceCollection services, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (timeProvider is not null)
        {
            services.AddSingleton(timeProvider);
        }

        // The first filter is the outermost one, so that everything else that reads the address finds the one that the test has chosen.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, TestingFilter>());
        return services;
    }
}
