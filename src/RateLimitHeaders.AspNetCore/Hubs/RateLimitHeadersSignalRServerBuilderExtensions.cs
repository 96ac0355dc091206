using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that limit invocations of SignalR hubs.</summary>
public static class RateLimitHeadersSignalRServerBuilderExtensions
{
    /// <summary>
    /// Counts each invocation of a hub method that has <see cref="EnableRateLimitingAttribute"/>, on the method or on its hub, as a
    /// request of the connected caller. The attribute of a method takes precedence over that of its hub;
    /// <see cref="DisableRateLimitingAttribute"/> exempts a method, and <see cref="RateLimitCostAttribute"/> sets the cost of an
    /// invocation. A rejected invocation does not run: the caller gets a <see cref="HubException"/>, whose message contains the time to wait.
    /// </summary>
    /// <param name="builder">The builder that <c>AddSignalR()</c> returns.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// The limits are those of <c>services.AddRateLimitHeaders(limits => …)</c> or <c>app.UseRateLimitHeaders(limits => …)</c>. A policy
    /// that does not exist stops the start-up with a <see cref="RateLimitConfigurationException"/>. A method without the attribute is not
    /// limited, whatever the default and the global policy are. Calling it again changes nothing.
    /// </remarks>
    public static ISignalRServerBuilder AddRateLimitHeaders(this ISignalRServerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.All(service => service.ServiceType != typeof(HubInvocationFilter)))
        {
            builder.Services.AddRateLimitHeaders();

            // Registered by its type: the options of hubs are created with the first hub that is mapped, when the endpoints are not known yet.
            builder.Services.AddSingleton<HubInvocationFilter>();
            builder.Services.Configure<HubOptions>(options => options.AddFilter<HubInvocationFilter>());
        }

        return builder;
    }
}
