using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The builder that <c>AddRateLimitHeaders</c> returns.</summary>
internal sealed class RateLimitHeadersBuilder(IServiceCollection services) : IRateLimitHeadersBuilder
{
    public IServiceCollection Services => services;
}
