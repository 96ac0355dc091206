using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// A process with a host whose configuration changes while it serves requests. It tells what each response said, one in a line:
/// the caller, the status, and what the fields told of the limit and of what is left.
/// </summary>
internal static class ReloadingWorker
{
    public const int Reloads = 120;

    /// <summary>Reloads go on until a caller was rejected, but not for ever: slow servers answer few requests during the first ones.</summary>
    private const int MostReloads = 50 * Reloads;

    /// <summary>The limits that come one after the other; the last one is in force in the end.</summary>
    public static readonly int[] Limits = [200, 50, 450, 120, 800];

    public const int LastLimit = 3_000;

    private const int Senders = 8;

    public static async Task<int> RunAsync(string port, int number)
    {
        var configuration = new ChangingConfiguration(Json(number));
        await using var api = await TestApi.StartAsync(
            _ => { },
            services: services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.Section).AddRedis(
                RedisServer.ConfigurationOf($"127.0.0.1:{port}"), RedisTesting.Configure),
            time: new ManualTimeProvider());
        await CountsAsync(api);
        await SayAsync("ready");

        var told = new ConcurrentQueue<string>();
        var reloading = Task.Run(() => Reload(api, configuration, number, told));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            while (!reloading.IsCompleted)
            {
                told.Enqueue(await SendAsync(api, "all"));
                told.Enqueue(await SendAsync(api, $"sender {sender}"));
            }
        })));
        await reloading;
        Change(api, configuration, $$"""{ "Quotas": { "q": { "Rate": "{{LastLimit}}/1h" } } }""");
        await SayAsync("ready");

        told.Enqueue("last;" + await SendAsync(api, "all"));
        foreach (var line in told)
        {
            await Console.Out.WriteLineAsync(line);
        }

        return 0;
    }

    private static void Reload(TestApi api, ChangingConfiguration configuration, int number, ConcurrentQueue<string> told)
    {
        // Each process in another order and with other pauses, so that one is ahead of the other, or behind.
        var random = new Random(number);
        var rejected = false;
        for (var reload = 1; reload <= (rejected ? Reloads : MostReloads); reload++)
        {
            rejected = rejected || told.Any(line => line.Contains(";429;", StringComparison.Ordinal));
            Change(api, configuration, Json(random.Next(1_000)));
            Thread.Sleep(random.Next(10));
        }
    }

    private static async Task<string> SendAsync(TestApi api, string caller)
    {
        var response = await api.SendAsync(claims: [$"sub={caller}"]);
        return $"{caller};{(int)response.Status};{response["X-RateLimit-Limit"]};{response["X-RateLimit-Remaining"]}";
    }

    /// <summary>Has changed configuration read now.</summary>
    private static void Change(TestApi api, ChangingConfiguration configuration, string json)
    {
        configuration.Change(json);
        api.Services.GetRequiredService<LimitsReload>().Reload();
    }

    /// <summary>Waits until requests are counted, and not rejected since there is no connection yet.</summary>
    private static async Task CountsAsync(TestApi api)
    {
        for (var attempt = 0; !(await SendAsync(api, "start")).StartsWith("start;200;", StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 400, "It does not count in Redis within 20 s.");
            await Task.Delay(50);
        }
    }

    private static async Task SayAsync(string word)
    {
        await Console.Out.WriteLineAsync(word);
        await Console.In.ReadLineAsync();
    }

    /// <summary>Moves the limit of a quota up and down; adds, changes and removes quotas beside it, and a policy.</summary>
    private static string Json(int reload)
    {
        var before = (reload % 4) switch
        {
            0 => """ "before": { "Algorithm": "SlidingWindow", "Rate": "1000000000/1d" }, """,
            1 => """ "before": { "Algorithm": "TokenBucket", "Rate": "1000000000/1d" }, """,
            _ => "",
        };
        var spare = reload % 3 == 0 ? """, "spare": { "Rate": "1000000000/2d" }""" : "";
        var policy = reload % 2 == 0 ? """, "Policies": { "other": { "Quotas": { "q": { "Rate": "1/1s" } } } }""" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{ "Quotas": { {{before}}"q": { "Rate": "{{Limits[reload % Limits.Length]}}/1h" }{{spare}} }{{policy}} }""");
    }
}
