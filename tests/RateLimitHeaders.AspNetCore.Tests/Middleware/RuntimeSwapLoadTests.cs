namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Limits are replaced as fast as can be while requests of several threads are counted.</summary>
[Collection(Alone.Name)]
public class RuntimeSwapLoadTests
{
    private const int Senders = 4;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Swaps_UnderLoad_LoseNoCount()
    {
        const int Limit = 1_000;
        const int RequestsPerSender = 500;
        await using var api = await TestApi.StartAsync(limits => Define(limits, Limit, other: 0));
        RateLimitDefinition[] definitions =
        [
            .. Enumerable.Range(1, 6).Select(other => api.Define(limits => Define(limits, Limit, other))),

            // Meanwhile lower: what was used above it stays used.
            api.Define(limits => Define(limits, Limit / 4, other: 7)),
        ];

        // Each sender asks for one caller of its own and for one that all share.
        var (swaps, statuses) = await RaceAsync(api, definitions, async sender =>
        {
            var told = new List<(string Caller, int Status)>();
            for (var i = 0; i < RequestsPerSender; i++)
            {
                foreach (var caller in new[] { "all", $"sender {sender}" })
                {
                    told.Add((caller, (int)(await api.SendAsync(claims: [$"sub={caller}"])).Status));
                }
            }

            return told;
        });

        Assert.True(swaps > 100, $"There were only {swaps} swaps.");
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

        Assert.Empty(Complaints.Of(api));

        static void Define(RateLimitsBuilder limits, int limit, int other) => limits
            .FixedWindow("q", limit, s_hour)
            .AddPolicy($"other {other % 2}", policy => policy.FixedWindow("q", 1 + other, s_hour))
            .MaxPartitions(100 + other);
    }

    [Fact]
    public async Task SwapsToOtherShapes_UnderLoad_FailNoRequest()
    {
        await using var api = await TestApi.StartAsync(limits => limits.Concurrency("slots", 100, queueLimit: 100).FixedWindow("q", 1_000, s_hour));
        RateLimitDefinition[] definitions =
        [
            api.Define(limits => limits.FixedWindow("q", 1_000, TimeSpan.FromDays(1))),
            api.Define(limits => limits.SlidingWindow("q", 1_000, s_hour).TokenBucket("r", 1_000, s_hour)),
            api.Define(limits => limits.Concurrency("slots", 100, queueLimit: 100).FixedWindow("q", 1_000, s_hour)),
            api.Define(limits => limits.FixedWindow("q", _ => 1_000, s_hour).Headers(headers => headers.Ietf())),
            api.Define(limits => limits.DefaultPolicy(policy => policy.Exempt("user").ForOthers(plan => plan.FixedWindow("q", 10, s_hour)))),
        ];

        var (swaps, statuses) = await RaceAsync(api, definitions, async sender =>
        {
            var told = new List<(string Caller, int Status)>();
            for (var i = 0; i < 500; i++)
            {
                told.Add(("all", (int)(await api.SendAsync(claims: ["sub=all"])).Status));
            }

            return told;
        });

        Assert.True(swaps > 100, $"There were only {swaps} swaps.");
        Assert.All(statuses, told => Assert.Equal(200, told.Status));
        Assert.Empty(Complaints.Of(api));
    }

    /// <summary>Swaps the definitions on a thread of their own until all senders are done.</summary>
    private static async Task<(int Swaps, IReadOnlyList<(string Caller, int Status)> Told)> RaceAsync(
        TestApi api, RateLimitDefinition[] definitions, Func<int, Task<List<(string Caller, int Status)>>> send)
    {
        using var isOver = new CancellationTokenSource();
        var swapping = Task.Factory.StartNew(
            () =>
            {
                var swaps = 0;
                for (; !isOver.IsCancellationRequested; swaps++)
                {
                    api.Runtime().Apply(definitions[swaps % definitions.Length]);
                }

                return swaps;
            },
            TaskCreationOptions.LongRunning);
        try
        {
            var told = await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => send(sender))));
            await isOver.CancelAsync();
            return (await swapping, [.. told.SelectMany(one => one)]);
        }
        finally
        {
            await isOver.CancelAsync();
            await swapping;
        }
    }
}
