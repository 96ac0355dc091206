using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that decide together, in a store that cannot count their callers in one step.</summary>
public class CombinedStoreTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Reset_OfARejectedCaller_IsFeltByAnotherServerWithinASecond()
    {
        var (states, clock) = (new ConcurrentDictionary<string, StoredState>(), new ManualTimeProvider());
        await using var one = await StartAsync(states, clock);
        await using var other = await StartAsync(states, clock);
        Assert.Equal((200, null), await SendAsync(other));
        Assert.Equal((200, null), await SendAsync(other));
        Assert.Equal((429, "60"), await SendAsync(other));
        await one.Services.GetRequiredService<IRateLimitOperator>().ResetAsync(new RateLimitTarget("anonymous", "192.0.2.1"), "root");
        clock.Advance(s_second - new TimeSpan(1));
        Assert.Equal((429, "60"), await SendAsync(other));
        clock.Advance(new TimeSpan(1));
        Assert.Equal((200, null), await SendAsync(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flood_OfARejectedCaller_AsksTheStoreOnceASecond(bool combines)
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
            api.Time.Advance(s_second);
        }
    }

    [Fact]
    public async Task Reset_OfACallerThatTwoPoliciesRejected_IsFeltWithinASecondByBoth()
    {
        var (states, clock) = (new ConcurrentDictionary<string, StoredState>(), new ManualTimeProvider());
        await using var one = await StartAsync(states, clock);
        await using var other = await StartAsync(states, clock, perHour: 3);
        Assert.Equal("200 200 429", await StatusesAsync(other, "/", "/", "/"));
        clock.Advance(s_second / 2);
        Assert.Equal("200 429", await StatusesAsync(other, "/browse", "/browse"));

        clock.Advance(s_second / 2);
        await one.Services.GetRequiredService<IRateLimitOperator>().ResetAsync(new RateLimitTarget("anonymous", "192.0.2.1"), "root");

        // The global policy is due half a second later, and rejects until then. Meanwhile the other one, which is due, is not asked.
        Assert.Equal("429", await StatusesAsync(other, "/"));
        clock.Advance(s_second / 2);
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
