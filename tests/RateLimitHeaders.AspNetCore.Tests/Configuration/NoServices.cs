namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An application without services.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static NoServices Instance { get; } = new();

    // The empty list is what every service provider has for services that are not registered.
    public object? GetService(Type serviceType) => serviceType == typeof(IEnumerable<RateLimitStore>) ? Array.Empty<RateLimitStore>() : null;
}
