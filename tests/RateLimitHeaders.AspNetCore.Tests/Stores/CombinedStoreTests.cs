using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that decide together, in a store that cannot count their callers in one step.</summary>
public class CombinedStoreTests
{
    [Fact]
    public async Task Reset_OfARejectedCaller_AppliesAtAnotherServerWithinASecond()
    {
        var (states, clock) = (new ConcurrentDictionary<string, StoredState>(), new ManualTimeProvider());
        await using var one = await StartAsync(states, clock);
        await using var other = await StartAsync(states, clock);
        Assert.Equal((200, null), await SendAsync(other));
        Assert.Equal((200, null), await SendAsync(other));
        Assert.Equal((429, "60"), await SendAsync(other));
        await one.Services.GetRequiredService<IRateLimitOperator>().ResetAsync(new RateLimitTarget("anonymous", "192.0.2.1"), "root");
        clock.Advance(Second - new TimeSpan(1));
        Assert.Equal((429, "60"), await SendAsync(other));
        clock.Advance(new TimeSpan(1));
        Assert.Equal((200, null), await SendAsync(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flood_OfARejectedCaller_CallsTheStoreOnceASecond(bool combines)
    {
        await using var api = await StartAsync([], new ManualTimeProvider(), combines: combines);
        var store = api.Services.GetRequiredService<DictionaryStore>();
        await SendAsync(api);
        await SendAsync(api);
        await SendAsync(api);
        for (var second = 0; second < 3; second++)
        {
            var loads = store.Loads;
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(429, (await SendAsync(api)).Status);
            }

            // One for each policy, of which one takes and gives back.
            Assert.Equal(second == 0 ? 0 : 3, store.Loads - loads);
            api.Time.Advance(Second);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rejections_OfTwoPolicies_HaveTheLongerWaitFromMemoryToo(bool combines)
    {
        await using var api = await StartAsync([], new ManualTimeProvider(), perHour: 2, combines);
        var store = api.Services.GetRequiredService<DictionaryStore>();
        using var measured = RecordedMeasurements.Of(api);
        Assert.Equal("200 200", await StatusesAsync(api, "/", "/"));
        Assert.Equal((429, "3600"), await SendAsync(api));
        var loads = store.Loads;
        api.Time.Advance(Second / 2);
        Assert.Equal((429, "3600"), await SendAsync(api));
        api.Time.Advance((Second / 2) - new TimeSpan(1));
        Assert.Equal((429, "3600"), await SendAsync(api));
        Assert.Equal(0, store.Loads - loads);
        Assert.Equal(
            ["policy=search", "policy=global", "policy=search", "policy=global"],
            measured.Of("rate_limit_headers.store.remembered_rejections").Select(remembered => remembered.Tags.Split(' ')[1]));

        api.Time.Advance(new TimeSpan(1));
        Assert.Equal((429, "3599"), await SendAsync(api));
        Assert.Equal(2, store.Loads - loads);
        Assert.Equal((429, "3599"), await SendAsync(api));
        Assert.Equal(2, store.Loads - loads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rejection_ThatIsDueBesideOneThatIsNot_HasItsWaitAndCallsNoStore(bool combines)
    {
        var store = new DictionaryStore { Combines = combines };
        await using var api = await TestApi.StartAsync(
            limits => limits
                .CombinePolicies()
                .AddPolicy("minute", policy => policy.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)))
                .AddPolicy("hour", policy => policy.FixedWindow("hour", 1, TimeSpan.FromHours(1))),
            web =>
            {
                web.MapGet("/minute", () => "").RequireRateLimiting("minute");
                web.MapGet("/hour", () => "").RequireRateLimiting("hour");
                web.MapGet("/", () => "").RequireRateLimiting("hour").RequireRateLimiting("minute");
            },
            services => services.AddRateLimitHeaders().AddStore(store));
        Assert.Equal("200 429", await StatusesAsync(api, "/hour", "/hour"));
        api.Time.Advance(Second / 2);
        Assert.Equal("200 429", await StatusesAsync(api, "/minute", "/minute"));
        var loads = store.Loads;

        api.Time.Advance(Second / 2);
        Assert.Equal((429, "3599"), await SendAsync(api));
        Assert.Equal(0, store.Loads - loads);

        // Its turn was not taken.
        Assert.Equal((429, "3599"), await SendAsync(api, "/hour"));
        Assert.Equal(1, store.Loads - loads);
    }

    [Fact]
    public async Task Rejections_OfTwoPoliciesOfWhichTheFartherBans_AreAllCountedByIt()
    {
        var store = new DictionaryStore();
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)))
                .Global(policy => policy.FixedWindow("hour", 1, TimeSpan.FromHours(1)).Ban(after: 3, TimeSpan.FromMinutes(1), TimeSpan.FromHours(2))),
            web => web.MapGet("/", () => "").RequireRateLimiting("search"),
            services => services.AddRateLimitHeaders().AddStore(store));
        Assert.Equal("200 429 429 429", await StatusesAsync(api, "/", "/", "/", "/"));

        Assert.Equal((429, "7200"), await SendAsync(api));
    }

    [Fact]
    public async Task Reset_OfACallerThatTwoPoliciesRejected_AppliesToBothWithinASecond()
    {
        var (states, clock) = (new ConcurrentDictionary<string, StoredState>(), new ManualTimeProvider());
        await using var one = await StartAsync(states, clock);
        await using var other = await StartAsync(states, clock, perHour: 3);
        Assert.Equal("200 200 429", await StatusesAsync(other, "/", "/", "/"));
        clock.Advance(Second / 2);
        Assert.Equal("200 429", await StatusesAsync(other, "/browse", "/browse"));

        clock.Advance(Second / 2);
        await one.Services.GetRequiredService<IRateLimitOperator>().ResetAsync(new RateLimitTarget("anonymous", "192.0.2.1"), "root");

        // The global policy is due half a second later, and rejects until then. Meanwhile the other one, which is due, is not asked.
        Assert.Equal("429", await StatusesAsync(other, "/"));
        clock.Advance(Second / 2);
        Assert.Equal("200 200", await StatusesAsync(other, "/browse", "/"));
    }

    private static async Task<string> StatusesAsync(TestApi api, params string[] paths)
    {
        var statuses = new int[paths.Length];
        for (var i = 0; i < paths.Length; i++)
        {
            statuses[i] = (await SendAsync(api, paths[i])).Status;
        }

        return string.Join(' ', statuses);
    }

    private static Task<TestApi> StartAsync(ConcurrentDictionary<string, StoredState> states, ManualTimeProvider clock, int perHour = 50, bool combines = true)
    {
        var store = new DictionaryStore(states) { Combines = combines };
        return TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 2, TimeSpan.FromMinutes(1)))
                .AddPolicy("browse", policy => policy.FixedWindow("hour", 50, TimeSpan.FromHours(1)))
                .Global(policy => policy.FixedWindow("hour", perHour, TimeSpan.FromHours(1))),
            web =>
            {
                web.MapGet("/", () => "found").RequireRateLimiting("search");
                web.MapGet("/browse", () => "all").RequireRateLimiting("browse");
            },
            services => services.AddSingleton(store).AddRateLimitHeaders().AddStore(store),
            time: clock);
    }

    private static async Task<(int Status, string? RetryAfter)> SendAsync(TestApi api, string path = "/") =>
        await api.SendAsync(path, address: "192.0.2.1") is var answer ? ((int)answer.Status, answer["Retry-After"]) : default;
}
