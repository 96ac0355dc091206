using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies callers by the result of a service of the application.</summary>
/// <param name="caching">How long results are kept, and for which requests; <see langword="null"/> to call the service for each request.</param>
/// <param name="tokenTypes">The token types.</param>
internal sealed class ServiceRule<TResolver>(IdentityCaching? caching, string[] tokenTypes)
    : AwaitingPrincipalRule($"FromService<{typeof(TResolver).Name}>()", tokenTypes)
    where TResolver : class, IRateLimitPrincipalResolver
{
    public override IdentityCaching? Caching => caching;

    private protected override object? Setting => caching;

    private protected override string IdSource => typeof(TResolver).ToString();

    public override ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<TResolver>().ResolveAsync(context, context.RequestAborted);

    public override IEnumerable<RateLimitConfigurationError> Validate(string path, IServiceProvider services)
    {
        foreach (var error in base.Validate(path, services))
        {
            yield return error;
        }

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
