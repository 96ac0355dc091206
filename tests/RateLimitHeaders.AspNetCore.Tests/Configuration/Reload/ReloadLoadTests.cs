using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Configuration changes two hundred times, as fast as can be, while eight threads send requests.</summary>
[Collection(Alone.Name)]
public class ReloadLoadTests
{
    private const int Senders = 8;
    private const int Reloads = 200;

    // Used up now and then, so that requests are admitted and rejected at each limit.
    private static readonly int[] s_limits = [400, 100, 900, 250, 1_600];

    private int _reloads;

    [Fact]
    public async Task Reloads_UnderLoad_FailNoRequestAndLoseNoCount()
    {
        var configuration = new ChangingConfiguration(Json(0));
        await using var api = await configuration.StartAsync(map: app =>
        {
            app.MapGet("/", () => "hello");
            app.MapGet("/search", () => "hello").RequireRateLimiting("search");
        });
        var told = new ConcurrentQueue<(string Caller, int Before, int Status, long Limit, long Remaining, int After)>();
        var reloading = Task.Run(() => Reload(api, configuration));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var callers = new[] { "all", $"sender {sender}" };
            while (!reloading.IsCompleted)
            {
                foreach (var (caller, path) in callers.SelectMany(caller => new[] { (caller, "/"), (caller, "/search") }))
                {
                    var before = Volatile.Read(ref _reloads);
                    var response = await api.SendAsync(path, [$"sub={caller}"]);
                    told.Enqueue((
                        $"{caller} {path}", before, (int)response.Status, NumberOf("Limit"), NumberOf("Remaining"), Volatile.Read(ref _reloads)));

                    long NumberOf(string field) => long.Parse(response[$"X-RateLimit-{field}"]!, CultureInfo.InvariantCulture);
                }
            }
        })));
        await reloading;

        Assert.All(told, one => Assert.True(one.Status is 200 or 429, $"{one.Caller}: {one.Status}"));

        // A request is decided by the limit in force when it came, or by one that came into force before it was answered.
        Assert.All(told, one => Assert.Contains(
            one.Limit, Enumerable.Range(one.Before, one.After - one.Before + 2).Select(reload => LimitOf(reload) * FactorOf(one.Caller))));

        // The quota is the same all the time, whatever is added to and removed from its plan, so that what was used of it stays
        // used: each admission is the next one, and none is above the limit that it was decided by. The last limit is in force.
        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "2000/1h" } }, "Policies": { "search": { "Quotas": { "q": { "Rate": "200000/1h" } } } } }""");
        foreach (var caller in told.GroupBy(one => one.Caller))
        {
            var admitted = caller.Count(one => one.Status == 200);
            Assert.Equal(
                Enumerable.Range(1, admitted).Select(used => (long)used), caller.Where(one => one.Status == 200).Select(one => one.Limit - one.Remaining).Order());
            var (user, path) = (caller.Key.Split(" /")[0], "/" + caller.Key.Split(" /")[1]);
            var response = await api.SendAsync(path, [$"sub={user}"]);
            var limit = 2_000 * FactorOf(caller.Key);
            Assert.Equal(($"{limit}", $"{limit - admitted - 1}"), (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
        }

        // Quotas that no request reaches and a policy of no endpoint are warned of (39, 26), and quotas that start anew are told (85).
        Assert.DoesNotContain(Complaints.Of(api), entry => entry.Id is not (26 or 39 or 85));
        Assert.Equal(Reloads + 1, ReloadTests.Said(api).Count(entry => entry.Id == 82));
    }

    /// <summary>The limit of a reload.</summary>
    private static int LimitOf(int reload) => s_limits[reload % s_limits.Length];

    /// <summary>What the limit of a policy is more than that of the other: one that no request reaches.</summary>
    private static long FactorOf(string caller) => caller.EndsWith("/search", StringComparison.Ordinal) ? 100 : 1;

    /// <summary>Moves the limits of two policies, adds quotas beside theirs, changes and removes them, and adds and removes a third policy.</summary>
    private static string Json(int reload)
    {
        var limit = LimitOf(reload).ToString(CultureInfo.InvariantCulture);
        var before = reload % 4 == 1 ? """ "0": { "Algorithm": "SlidingWindow", "Rate": "100000000000/1d" }, """ : "";
        // So slow that no token is back before a response starts, for which its request would be told where the caller stands by then.
        var burst = $$""", "burst": { "Algorithm": "TokenBucket", "Rate": "100000000/{{30_000 + (reload % 3)}}d" }""";
        var third = reload % 2 == 0 ? """, "third": { "Quotas": { "q": { "Rate": "1/1s" } } }""" : "";
        return $$"""
            {
              "Quotas": { {{before}}"q": { "Rate": "{{limit}}/1h" }{{(reload % 3 == 0 ? burst : "")}} },
              "Policies": { "search": { "Quotas": { {{before}}"q": { "Rate": "{{limit}}00/1h" }{{(reload % 5 < 3 ? burst : "")}} } }{{third}} }
            }
            """;
    }

    private void Reload(TestApi api, ChangingConfiguration configuration)
    {
        for (var reload = 1; reload <= Reloads; reload++)
        {
            api.Change(configuration, Json(reload));
            Interlocked.Increment(ref _reloads);
        }
    }
}
