using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// What many threads can take beyond a limit whose true cost is known afterwards, against the bounds that the documentation gives. The
/// buckets get one permit a second, so that the wait of the next request tells exactly what was charged.
/// </summary>
public abstract class ThreadedSettlementTests : IAsyncLifetime
{
    private const int Threads = 8;

    private TestApi[] _hosts = [];

    [Fact]
    public async Task Responses_ThatBeginWithTheLastByte_AreChargedAll()
    {
        const int Size = 100, Limit = (Threads * Size) + 1;
        var begun = new Gathering(Threads);
        await StartAsync(Bytes(Limit), web => web.MapGet("/run", async (int size, bool gathers) =>
        {
            await (gathers ? begun.ComeAsync() : Task.CompletedTask);
            return new string('a', size);
        }));
        for (var i = 0; i < Threads; i++)
        {
            Assert.Equal(200, await SendAsync(i, $"/run?size={Size}&gathers=false"));
        }

        // One byte is left, and all of them are admitted before one is charged.
        Assert.Equal(Enumerable.Repeat(200, Threads), await RunAsync(worker => SendAsync(worker, $"/run?size={Size}&gathers=true")));
        await AssertChargedAsync(2 * Threads * Size, Limit, cost: 1, "/run?size=1&gathers=false");
    }

    [Fact]
    public async Task Responses_OfManyThreads_TakeNoMoreThanTheBytesUnderWay()
    {
        const int Limit = 20_000;
        await StartAsync(Bytes(Limit), web => web.MapGet("/run", async (HttpContext context, int size) =>
        {
            // In parts, with the other threads between them.
            for (var written = 0; written < size; written += 50)
            {
                await context.Response.WriteAsync(new string('a', 50));
                await Task.Yield();
            }
        }));
        var received = (await RunAsync(async worker =>
        {
            var size = 50 * (worker + 1);
            var admitted = 0;
            for (var i = 0; i < 60; i++)
            {
                admitted += await SendAsync(worker, $"/run?size={size}") == 200 ? 1 : 0;
            }

            return admitted * size;
        })).Sum();

        var underWay = Enumerable.Range(1, Threads).Sum(worker => 50 * worker);
        Assert.InRange(received, Limit, Limit - 1 + underWay);
        await AssertChargedAsync(received, Limit, cost: 1, "/run?size=50");
    }

    [Fact]
    public async Task TrueCosts_OfManyThreadsAtOnce_AreOwedUpToTheBound()
    {
        const int Limit = 100, MaxDebt = 200, Estimate = 10, Cost = 150;
        var begun = new Gathering(Threads);
        var uncharged = new ConcurrentBag<long>();
        await StartAsync(Tokens(Limit, MaxDebt), web => web.MapGet("/run", async (HttpContext context) =>
        {
            await begun.ComeAsync();
            var feature = context.GetRateLimitFeature()!;
            await feature.SettleAsync("tokens", Cost);
            uncharged.Add(feature.Uncharged);
        }).WithRateLimitCost(Estimate));

        Assert.Equal(Enumerable.Repeat(200, Threads), await RunAsync(worker => SendAsync(worker, "/run")));
        Assert.Equal((Threads * Cost) - Limit - MaxDebt, uncharged.Sum());
        await AssertChargedAsync(Limit + MaxDebt, Limit, Estimate, "/run");
    }

    [Fact]
    public async Task TrueCosts_AboveAndBelowTheEstimates_AddUp()
    {
        const int Limit = 5_000, MaxDebt = 150, Estimate = 10;
        var (costs, uncharged) = (new ConcurrentBag<long>(), new ConcurrentBag<long>());
        await StartAsync(Tokens(Limit, MaxDebt), web => web.MapGet("/run", async (HttpContext context, int cost) =>
        {
            var feature = context.GetRateLimitFeature()!;
            await Task.Yield();
            await feature.SettleAsync("tokens", cost);
            costs.Add(cost);
            uncharged.Add(feature.Uncharged);
        }).WithRateLimitCost(Estimate));

        // So much that the limit is reached whatever the order, and the last costs are not small enough to go below it again.
        await RunAsync(async worker =>
        {
            for (var i = 0; i < 50; i++)
            {
                await SendAsync(worker, $"/run?cost={(i % 5 == 0 ? 0 : (worker * 7) + i)}");
            }

            for (var i = 0; i < 10; i++)
            {
                await SendAsync(worker, "/run?cost=100");
            }

            return 0;
        });
        var charged = costs.Sum() - uncharged.Sum();
        Assert.InRange(charged, Limit - Estimate + 1, Limit + MaxDebt);
        await AssertChargedAsync(charged, Limit, Estimate, "/run?cost=0");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>Starts the hosts that count together.</summary>
    protected abstract Task<TestApi[]> StartHostsAsync(Action<RateLimitsBuilder> limits, Action<WebApplication> map);

    private static Action<PolicyBuilder> Bytes(int limit) => policy => policy
        .TokenBucket("bytes", limit, TimeSpan.FromSeconds(limit), unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes");

    private static Action<PolicyBuilder> Tokens(int limit, int maxDebt) => policy => policy
        .TokenBucket("tokens", limit, TimeSpan.FromSeconds(limit)).MaxDebt("tokens", maxDebt);

    private static Task<int[]> RunAsync(Func<int, Task<int>> run) =>
        Task.WhenAll(Enumerable.Range(0, Threads).Select(worker => Task.Run(() => run(worker))));

    private async Task StartAsync(Action<PolicyBuilder> policy, Action<WebApplication> map) =>
        _hosts = await StartHostsAsync(limits => limits.DefaultPolicy(policy), web =>
        {
            // What is asked for before the test begins.
            web.MapGet("/", () => "hello");
            map(web);
        });

    private async Task<int> SendAsync(int worker, string path) => (int)(await _hosts[worker % _hosts.Length].SendAsync(path)).Status;

    /// <summary>Asserts what all hosts know to be charged: the next request waits for what is beyond the limit, and for its cost.</summary>
    private async Task AssertChargedAsync(long charged, int limit, int cost, string path)
    {
        foreach (var host in _hosts)
        {
            var rejected = await host.SendAsync(path);
            Assert.Equal((429, (charged - limit + cost).ToString(CultureInfo.InvariantCulture)), ((int)rejected.Status, rejected["Retry-After"]));
        }
    }

    /// <summary>Has threads go on together.</summary>
    private sealed class Gathering(int all)
    {
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _come;

        public Task ComeAsync()
        {
            if (Interlocked.Increment(ref _come) == all)
            {
                _complete.SetResult();
            }

            return _complete.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }
}
