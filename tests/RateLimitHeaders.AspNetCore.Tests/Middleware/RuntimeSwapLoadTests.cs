namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Limits are replaced as fast as can be while requests of several threads are counted.</summary>
[Collection(Alone.Name)]
public class RuntimeSwapLoadTests
{
    private const int Senders = 4;

    // However busy the machine is, requests are sent until there were so many swaps.
    private const int Requests = 500;
    private const int Swaps = 100;

    private int _swaps;

    [Fact]
    public async Task Swaps_UnderLoad_LoseNoCount()
    {
        const int Limit = 1_000;
        await using var api = await TestApi.StartAsync(limits => Define(limits, Limit, other: 0));
        RateLimitDefinition[] definitions =
        [
            .. Enumerable.Range(1, 6).Select(other => api.Define(limits => Define(limits, Limit, other))),

            // Meanwhile lower: what was used above it stays used.
            api.Define(limits => Define(limits, Limit / 4, other: 7)),
        ];

        // Each sender asks for one caller of its own and for one that all share.
        var statuses = await RaceAsync(api, definitions, sender => ["all", $"sender {sender}"]);

        Assert.All(statuses, told => Assert.True(told.Status is 200 or 429, $"{told.Caller}: {told.Status}"));

        // Whatever was admitted is used, and the rest is admitted now.
        api.Runtime().Apply(api.Define(limits => Define(limits, Limit, other: 8)));
        foreach (var caller in statuses.GroupBy(told => told.Caller))
        {
            var admitted = caller.Count(told => told.Status == 200);
            var rest = 0;
            while ((int)(await api.SendAsync(claims: [$"sub={caller.Key}"])).Status == 200)
            {
                rest++;
            }

            Assert.Equal((caller.Key, Limit), (caller.Key, admitted + rest));
        }

        // The start alone says that no endpoint has the other policy.
        Assert.Equal([26], Complaints.Of(api).Select(complaint => complaint.Id));

        static void Define(RateLimitsBuilder limits, int limit, int other) => limits
            .FixedWindow("q", limit, Hour)
            .AddPolicy($"other {other % 2}", policy => policy.FixedWindow("q", 1 + other, Hour))
            .MaxPartitions(100 + other);
    }

    [Fact]
    public async Task SwapsToOtherShapes_UnderLoad_FailNoRequest()
    {
        // More than any sender can use up, so that no rejection is right.
        const int Limit = 100_000_000;
        await using var api = await TestApi.StartAsync(limits => limits.Concurrency("slots", 100, queueLimit: 100).FixedWindow("q", Limit, Hour));
        RateLimitDefinition[] definitions =
        [
            api.Define(limits => limits.FixedWindow("q", Limit, TimeSpan.FromDays(1))),
            api.Define(limits => limits.SlidingWindow("q", Limit, Hour).TokenBucket("r", Limit, Hour)),
            api.Define(limits => limits.Concurrency("slots", 100, queueLimit: 100).FixedWindow("q", Limit, Hour)),
            api.Define(limits => limits.FixedWindow("q", _ => Limit, Hour).Headers(headers => headers.Ietf())),
            api.Define(limits => limits.DefaultPolicy(policy => policy.Exempt("user").ForOthers(plan => plan.FixedWindow("q", 10, Hour)))),
        ];

        var statuses = await RaceAsync(api, definitions, _ => ["all"]);

        Assert.All(statuses, told => Assert.Equal(200, told.Status));
        Assert.Empty(Complaints.Of(api));
    }

    /// <summary>Swaps the definitions on a thread of their own while each sender sends requests of its callers.</summary>
    private async Task<IReadOnlyList<(string Caller, int Status)>> RaceAsync(
        TestApi api, RateLimitDefinition[] definitions, Func<int, string[]> callersOf)
    {
        using var isOver = new CancellationTokenSource();
        var swapping = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    while (!isOver.IsCancellationRequested)
                    {
                        api.Runtime().Apply(definitions[_swaps % definitions.Length]);
                        Interlocked.Increment(ref _swaps);
                    }
                }
                finally
                {
                    // Senders do not wait for swaps that fail.
                    Volatile.Write(ref _swaps, Swaps);
                }
            },
            TaskCreationOptions.LongRunning);
        try
        {
            var told = await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(api, callersOf(sender)))));
            return [.. told.SelectMany(one => one)];
        }
        finally
        {
            await isOver.CancelAsync();
            await swapping;
        }
    }

    private async Task<List<(string Caller, int Status)>> SendAsync(TestApi api, string[] callers)
    {
        var told = new List<(string Caller, int Status)>();
        for (var i = 0; i < Requests || Volatile.Read(ref _swaps) < Swaps; i++)
        {
            foreach (var caller in callers)
            {
                told.Add((caller, (int)(await api.SendAsync(claims: [$"sub={caller}"])).Status));
            }
        }

        return told;
    }
}
