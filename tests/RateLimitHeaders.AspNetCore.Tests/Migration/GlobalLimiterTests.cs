using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>One application on ASP.NET Core's <c>GlobalLimiter</c>, chained or not, beside policies of endpoints, and on ours.</summary>
public class GlobalLimiterTests
{
    private const int Global = 40;
    private const int Daily = 60;
    private const int Search = 15;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_WhereNoLimiterOfAnEndpointRejects_AreAdmittedAlike(bool isChained)
    {
        await using var stock = await StockAsync(isChained);
        await using var ours = await OursAsync(isChained);
        foreach (var seed in Enumerable.Range(1, 5))
        {
            var random = new Random(seed);
            var caller = $"198.51.100.{seed}";
            var searches = 0;
            for (var i = 0; i < 60; i++)
            {
                var path = searches < Search && random.Next(3) == 0 ? "/search" : random.Next(2) == 0 ? "/free" : "/none";
                searches += path == "/search" ? 1 : 0;
                Assert.Equal((seed, i, await SendAsync(stock, path, caller)), (seed, i, await SendAsync(ours, path, caller)));
            }
        }
    }

    [Fact]
    public async Task Request_RejectedByTheEndpointsLimiter_IsChargedByTheStockGlobalOne_AndNotByOurs()
    {
        await using var stock = await StockAsync(isChained: false);
        await using var ours = await OursAsync(isChained: false);
        // ASP.NET Core tries a request that it rejects a second time, and the global limiter is charged each time.
        Assert.Equal((Search, Global - Search - (2 * 5)), await CountAsync(stock));
        Assert.Equal((Search, Global - Search), await CountAsync(ours));

        // Searches until 5 were rejected, and then all that the global limiter has left.
        static async Task<(int Searches, int Others)> CountAsync(WebApplication app)
        {
            var (searches, others) = (0, 0);
            for (var i = 0; i < Search + 5; i++)
            {
                searches += await SendAsync(app, "/search", "198.51.100.1") == 200 ? 1 : 0;
            }

            for (var i = 0; i < Global; i++)
            {
                others += await SendAsync(app, "/free", "198.51.100.1") == 200 ? 1 : 0;
            }

            return (searches, others);
        }
    }

    internal static string CallerOf(HttpContext context) => $"{context.Connection.RemoteIpAddress}";

    private static Task<WebApplication> StockAsync(bool isChained) => StartAsync(
        services => services.AddRateLimiter(options =>
        {
            var hourly = Limiter(Global, Hour);
            options.GlobalLimiter = isChained ? PartitionedRateLimiter.CreateChained(hourly, Limiter(Daily, TimeSpan.FromDays(1))) : hourly;
            options.AddPolicy("search", context => RateLimitPartition.GetFixedWindowLimiter(
                CallerOf(context), _ => new() { PermitLimit = Search, Window = Hour }));
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        }),
        app => app.UseRateLimiter());

    private static Task<WebApplication> OursAsync(bool isChained) => StartAsync(
        services => services.AddRateLimitHeaders(limits => limits
            .AddPolicy("search", policy => policy.FixedWindow(Search, Hour))
            .Global(policy => _ = isChained
                ? policy.FixedWindow("hourly", Global, Hour).FixedWindow("daily", Daily, TimeSpan.FromDays(1))
                : policy.FixedWindow("hourly", Global, Hour))),
        app => app.UseRateLimitHeaders());

    private static PartitionedRateLimiter<HttpContext> Limiter(int limit, TimeSpan window) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
            CallerOf(context), _ => new() { PermitLimit = limit, Window = window }));

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> services, Action<IApplicationBuilder> use)
    {
        var app = BareHost.Build(services: services);
        app.UseRouting();
        use(app);
        app.MapGet("/search", () => "found").RequireRateLimiting("search");
        app.MapGet("/free", () => "free");
        await app.StartAsync();
        return app;
    }

    private static async Task<int> SendAsync(WebApplication app, string path, string caller) => (await app.SendAsync(path, address: caller)).Status;
}
