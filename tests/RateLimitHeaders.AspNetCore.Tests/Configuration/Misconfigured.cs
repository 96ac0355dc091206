namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Starts hosts that must not start.</summary>
internal static class Misconfigured
{
    public static Task<RateLimitConfigurationException> StartAsync(
        Action<RateLimitsBuilder> limits, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null) =>
        Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await TestApi.StartAsync(limits, map, services);
        });

    /// <summary>Starts a host that must not start for one reason.</summary>
    public static async Task<RateLimitConfigurationError> ErrorAsync(Action<RateLimitsBuilder> limits) =>
        Assert.Single((await StartAsync(limits)).Errors);
}
