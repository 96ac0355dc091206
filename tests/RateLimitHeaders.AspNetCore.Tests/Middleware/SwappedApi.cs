namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A host whose limits are replaced while it runs.</summary>
internal static class SwappedApi
{
    /// <summary>Makes a definition, with the services of the host.</summary>
    public static RateLimitDefinition Define(this TestApi api, Action<RateLimitsBuilder> limits)
    {
        var options = new RateLimitHeadersOptions();
        RateLimitsBuilder.Configure(options, api.Services, limits);
        return RateLimitDefinitionFactory.Create(options, api.Services, endpoints: null, store: null);
    }

    public static RateLimitRuntime Runtime(this TestApi api) => api.Services.GetRequiredService<RateLimitRuntime>();

    /// <summary>Puts other limits in force.</summary>
    public static void Swap(this TestApi api, Action<RateLimitsBuilder> limits) => api.Runtime().Apply(api.Define(limits));

    /// <summary>Sends requests, one after the other.</summary>
    public static async Task<List<(int Status, string? Limit, string? Remaining)>> SendSeveralAsync(
        this TestApi api, int requests, string? claim = null)
    {
        var told = new List<(int, string?, string?)>();
        for (var i = 0; i < requests; i++)
        {
            var response = await api.SendAsync(claims: claim is null ? null : [claim]);
            told.Add(((int)response.Status, response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
        }

        return told;
    }
}
