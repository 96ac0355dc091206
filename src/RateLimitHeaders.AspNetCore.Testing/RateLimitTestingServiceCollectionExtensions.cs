using Microsoft.AspNetCore.Hosting;
using RateLimitHeaders.AspNetCore.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Prepares an application for tests of its limits.</summary>
public static class RateLimitTestingServiceCollectionExtensions
{
    /// <summary>
    /// Prepares an application for tests of its limits: its clients get addresses with
    /// <see cref="RateLimitClientExtensions.FromAddress"/>, are looked up with
    /// <see cref="RateLimitClientExtensions.GetStandingAsync(HttpClient, string, CancellationToken)"/>, and are exhausted with
    /// <see cref="RateLimitClientExtensions.ExhaustAsync(HttpClient, string, string?, CancellationToken)"/>. Call it in tests alone,
    /// such as in <c>WebApplicationFactory.WithWebHostBuilder</c>, since a request can then choose its address.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="timeProvider">
    /// The clock of the test, such as a <c>FakeTimeProvider</c>, which becomes that of the application; the clock that the
    /// application has by default. Limits that call <c>UseTimeProvider</c> keep the one that they name.
    /// </param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRateLimitTesting(this IServiceCollection services, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (timeProvider is not null)
        {
            services.AddSingleton(timeProvider);
        }

        // The first one is the outermost, so that whatever else reads the address finds the one that the test has chosen.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, TestingFilter>());
        return services;
    }
}
