using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Two hosts count in one Redis, and read changed limits at different moments.</summary>
[Collection(Alone.Name)]
public class ReloadingHostsTests
{
    private const int Senders = 8;
    private const int Reloads = 200;

    private static readonly int[] s_limits = [200, 50, 450, 120, 800];

    [Fact]
    public async Task Reloads_AtDifferentMoments_FailNoRequestAndLoseNoCount()
    {
        await using var server = await RedisServer.StartAsync();
        ChangingConfiguration[] configurations = [new(Json(0)), new(Json(0))];
        await using var one = await StartAsync(server, configurations[0]);
        await using var other = await StartAsync(server, configurations[1]);
        TestApi[] hosts = [one, other];

        var told = new ConcurrentQueue<(string Caller, int Status, long Limit, long Remaining)>();
        var reloading = Task.WhenAll(hosts.Zip(configurations, (host, configuration) => Task.Run(() =>
        {
            // Each as fast as it can, so that one is ahead of the other, or behind.
            for (var reload = 1; reload <= Reloads; reload++)
            {
                Change(host, configuration, Json(reload));
            }
        })));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < 25 || !reloading.IsCompleted; i++)
            {
                foreach (var caller in new[] { "all", $"sender {sender}" })
                {
                    var response = await hosts[(i + sender) % 2].SendAsync(claims: [$"sub={caller}"]);
                    told.Enqueue((caller, (int)response.Status, NumberOf("Limit"), NumberOf("Remaining")));

                    // Missing of a request that was not counted, whose status says so.
                    long NumberOf(string field) =>
                        long.TryParse(response[$"X-RateLimit-{field}"], CultureInfo.InvariantCulture, out var number) ? number : -1;
                }
            }
        })));
        await reloading;

        Assert.All(told, answer => Assert.True(answer.Status is 200 or 429, $"{answer.Caller}: {answer.Status}"));
        Assert.All(told, answer => Assert.Contains((int)answer.Limit, s_limits));

        // Each admission is the next one, whichever host decided, and none is above the limit that it was decided by.
        foreach (var caller in told.GroupBy(answer => answer.Caller))
        {
            var admitted = caller.Where(answer => answer.Status == 200).ToArray();
            Assert.Equal(
                Enumerable.Range(1, admitted.Length).Select(used => (long)used), admitted.Select(answer => answer.Limit - answer.Remaining).Order());
        }

        // The last limit is in force on both, and what was used stays used.
        var used = told.Count(answer => answer is { Caller: "all", Status: 200 });
        foreach (var (host, configuration) in hosts.Zip(configurations))
        {
            Change(host, configuration, """{ "Quotas": { "q": { "Rate": "2000/1h" } } }""");
            var response = await host.SendAsync(claims: ["sub=all"]);
            Assert.Equal(("2000", $"{2_000 - ++used}"), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
        }

        // A policy that limits nothing is warned of (26), a quota that no request reaches, too (39), and one that starts anew is told (85).
        Assert.All(hosts, host => Assert.DoesNotContain(
            host.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning && entry.Id is not (26 or 39 or 85)));
    }

    private static async Task<TestApi> StartAsync(RedisServer server, ChangingConfiguration configuration)
    {
        // Redis tells the time by a clock that stands still, so that no window ends meanwhile.
        var api = await RedisTesting.StartAsync(server, _ => { }, new ManualTimeProvider(), services: services => services
            .AddRateLimitHeaders().LoadFromConfiguration(configuration.Section));
        await api.CountsInRedisAsync(server);
        return api;
    }

    /// <summary>Has changed configuration read now: no time passes, in which calls that are under way would miss their deadline.</summary>
    private static void Change(TestApi host, ChangingConfiguration configuration, string json)
    {
        configuration.Change(json);
        host.Services.GetRequiredService<LimitsReload>().Reload();
    }

    private static string Json(int reload) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {
          "Quotas": {
            {{(reload % 3 == 0 ? " \"before\": { \"Algorithm\": \"TokenBucket\", \"Rate\": \"1000000000/1d\" }, " : "")}}
            "q": { "Rate": "{{s_limits[reload % s_limits.Length]}}/1h" }
          }
          {{(reload % 2 == 0 ? ", \"Policies\": { \"other\": { \"Quotas\": { \"q\": { \"Rate\": \"1/1s\" } } } }" : "")}}
        }
        """);
}
