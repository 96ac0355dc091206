namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// What <see cref="RateLimitHeadersServiceCollectionExtensions.AddRateLimitHeaders"/> returns, so that stores and other
/// additions can be registered with it.
/// </summary>
public interface IRateLimitHeadersBuilder
{
    /// <summary>Gets the services that the rate limits are registered in.</summary>
    IServiceCollection Services { get; }
}
