namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// The builder that <see cref="RateLimitHeadersServiceCollectionExtensions.AddRateLimitHeaders"/> returns, so that stores and other
/// additions can be registered with it.
/// </summary>
/// <remarks>The library implements it, and a later version may add members.</remarks>
public interface IRateLimitHeadersBuilder
{
    /// <summary>Gets the services that the rate limits are registered in.</summary>
    IServiceCollection Services { get; }
}
