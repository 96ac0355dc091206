using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes what a service of the application says.</summary>
internal sealed class ServiceRule<TResolver>(string[] tokenTypes)
    : AwaitingPrincipalRule($"FromService<{typeof(TResolver).Name}>()", tokenTypes)
    where TResolver : class, IRateLimitPrincipalResolver
{
    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<TResolver>().ResolveAsync(context, context.RequestAborted);

    public override IEnumerable<RateLimitConfigurationError> Validate(string path, IServiceProvider services)
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(TResolver)) == false)
        {
            yield return new(
                RateLimitErrorIds.ResolverMissing,
                path,
                $"{Description} names a service that is not registered; "
                    + $"register it, as with services.AddScoped<{typeof(TResolver).Name}>().");
        }
    }
}
