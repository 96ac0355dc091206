using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// A Kestrel server that answers one short text, on the loopback address alone: bare, with <c>UseRateLimiter</c>, or with ours
/// in each header setting. <c>server.sh</c> loads all of them.
/// </summary>
internal static class ServerProgram
{
    // Whatever becomes of the script that started it.
    private static readonly TimeSpan s_longestRun = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(string variant, string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(port, CultureInfo.InvariantCulture)));
        switch (variant)
        {
            case "bare":
                break;
            case "stock":
                RateLimits.AddStock(builder.Services, LimitBy.Anonymous, Limit.NeverReached);
                break;
            case var redis when RedisServers.Is(redis):
                RedisServers.Add(builder.Services, redis);
                break;
            default:
                RateLimits.AddOurs(builder.Services, LimitBy.Anonymous, Limit.NeverReached, HeadersOf(variant));
                break;
        }

        await using var app = builder.Build();
        app.UseRouting();
        switch (variant)
        {
            case "bare":
                break;
            case "stock":
                app.UseRateLimiter();
                break;
            case var redis when RedisServers.Is(redis):
                RedisServers.Use(app, redis);
                break;
            default:
                app.UseRateLimitHeaders();
                break;
        }

        app.MapGet("/", static context => context.Response.WriteAsync("Hello"));

        using var end = new CancellationTokenSource(s_longestRun);
        await app.RunAsync(end.Token);
    }

    private static HeaderSetting HeadersOf(string variant) => variant switch
    {
        "ours-no-headers" => HeaderSetting.None,
        "ours-x-ratelimit" => HeaderSetting.XRateLimit,
        "ours-all-families" => HeaderSetting.AllFamilies,
        _ => throw new ArgumentException($"There is no variant \"{variant}\".", nameof(variant)),
    };
}
