namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What the tests of bans in Redis have in common: one request a second, and a ban of ten minutes for rejections.</summary>
internal static class RedisBans
{
    public const string Key = "ratelimit:default:anonymous:bans";

    public static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    /// <summary>Waits until Redis knows of a ban.</summary>
    public static async Task IsSetAsync(RedisServer server)
    {
        for (var attempt = 0; await server.CommandAsync("EXISTS", Key) != "1"; attempt++)
        {
            Assert.True(attempt < 400, "Redis has not heard of the ban within 20 s.");
            await Task.Delay(50);
        }
    }

    public static Task<TestApi> StartAsync(
        RedisServer server, ManualTimeProvider clock, StoreUnavailable whenUnavailable = StoreUnavailable.Reject, int after = 2, Func<TimeSpan>? back = null) =>
        RedisTesting.StartAsync(
            server,
            limits => limits.DefaultPolicy(policy => policy
                .FixedWindow("second", 1, Second).Ban(after, after == 2 ? Second : 10 * Second, Length)),
            clock,
            services: services => services.PostConfigureAll<RedisStoreOptions>(options =>
            {
                options.WhenUnavailable = whenUnavailable;
                if (back is not null)
                {
                    options.DecorateRunner = runner => new TimedRunner(
                        runner, () => (RateLimitClock.For(clock).Now - back().Ticks) / TimeSpan.TicksPerMicrosecond);
                }
            }));
}
