namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Starts hosts whose limits come from configuration.</summary>
internal static class ConfiguredApi
{
    public static Task<TestApi> StartAsync(
        this ChangingConfiguration configuration,
        Action<RateLimitsBuilder>? code = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? services = null) =>
        TestApi.StartAsync(code ?? (_ => { }), map, all =>
        {
            all.AddRateLimitHeaders().LoadFromConfiguration(configuration.Section);
            services?.Invoke(all);
        });

    /// <summary>Changes configuration, and lets the time pass after which it is read.</summary>
    public static void Change(this TestApi api, ChangingConfiguration configuration, string? json)
    {
        configuration.Change(json);
        api.Time.Advance(LimitsReload.Quiet);
    }
}
