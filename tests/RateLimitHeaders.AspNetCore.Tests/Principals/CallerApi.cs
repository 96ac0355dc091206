namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An API that grants each caller 3 requests and answers with the principal that it takes the caller for.</summary>
internal static class CallerApi
{
    public const string Address = "203.0.113.7";

    public static Task<TestApi> StartAsync(
        Action<PrincipalsBuilder>? who = null, Action<IServiceCollection>? services = null, Action<WebApplication>? before = null) =>
        TestApi.StartAsync(
            limits => limits.Principals(who ?? (static _ => { })).FixedWindow(3, TimeSpan.FromMinutes(1)),
            web => web.MapGet("/", Answer),
            services,
            before);

    public static string Answer(HttpContext context) =>
        context.GetRateLimitFeature()?.Principal?.ToString() ?? "no principal";

    /// <summary>Sends a request from one and the same address.</summary>
    public static async Task<string> AskAsync(this TestApi api, string[]? claims = null, params (string Name, string Value)[] headers) =>
        (await api.SendAsync(claims: claims, address: Address, headers: headers)).Body;
}
