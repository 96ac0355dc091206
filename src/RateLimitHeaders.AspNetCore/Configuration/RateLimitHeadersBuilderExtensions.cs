using System.Diagnostics.CodeAnalysis;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register the store in which rate limits are counted.</summary>
public static class RateLimitHeadersBuilderExtensions
{
    /// <summary>
    /// Counts the quotas of all plans in a store, so that several servers share them; by default each server counts in its own
    /// memory. The service provider creates the store once, and disposes it. Policies of the application's own limiters do not use it.
    /// </summary>
    /// <typeparam name="TStore">The type of the store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <remarks>A second store stops the start-up with a <see cref="RateLimitConfigurationException"/>.</remarks>
    public static IRateLimitHeadersBuilder AddStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(
        this IRateLimitHeadersBuilder builder)
        where TStore : RateLimitStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<RateLimitStore, TStore>();
        return builder;
    }

    /// <summary>Counts the quotas of all plans in a store that belongs to the application, which disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="store">The store.</param>
    /// <returns>The builder.</returns>
    /// <remarks>A second store stops the start-up with a <see cref="RateLimitConfigurationException"/>.</remarks>
    public static IRateLimitHeadersBuilder AddStore(this IRateLimitHeadersBuilder builder, RateLimitStore store)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(store);
        builder.Services.AddSingleton(store);
        return builder;
    }

    /// <summary>
    /// Counts the quotas of all plans in a store that a function creates. It is called once; the service provider disposes the store.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Creates the store, with the services of the application.</param>
    /// <returns>The builder.</returns>
    /// <remarks>A second store stops the start-up with a <see cref="RateLimitConfigurationException"/>.</remarks>
    public static IRateLimitHeadersBuilder AddStore(this IRateLimitHeadersBuilder builder, Func<IServiceProvider, RateLimitStore> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.AddSingleton(factory);
        return builder;
    }
}
