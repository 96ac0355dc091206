using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What one server admitted while Redis could not count is known to the other server afterwards.</summary>
[Collection(Alone.Name)]
public sealed class RedisChargeAfterOutageTests
{
    private const long Limit = 10_000;

    // As long as what is charged in the background may take.
    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, Action<PlanBuilder>> s_quotas = new(StringComparer.Ordinal)
    {
        ["fixed window"] = static plan => plan.FixedWindow(Limit, Hour),
        ["sliding window"] = static plan => plan.SlidingWindow(Limit, Hour),
        ["token bucket"] = static plan => plan.TokenBucket(Limit, 0.001),
        ["all"] = static plan => plan
            .FixedWindow("fixed", Limit, Hour).SlidingWindow("sliding", Limit, Hour).TokenBucket("bucket", Limit, 0.001).Concurrency("running", 100),
    };

    public static TheoryData<string> Quotas => [.. s_quotas.Keys];

    [Theory]
    [MemberData(nameof(Quotas))]
    public async Task OtherServer_AfterAnOutage_CountsWhatTheFirstAdmitted(string quotas)
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await StartAsync(server, quotas);
        await using var other = await StartAsync(server, quotas);
        await one.WaitUntilCountingAsync();
        await other.WaitUntilCountingAsync();
        Assert.Equal((HttpStatusCode.OK, Limit - 1), await one.GetAsync());

        // It cannot write, and keeps what it knows.
        await server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        for (var request = 1; request <= 40; request++)
        {
            Assert.Equal((HttpStatusCode.OK, Limit - 1 - request), await one.GetAsync());
        }

        await server.CommandAsync("REPLICAOF", "NO", "ONE");
        await one.WaitUntilCountingAsync();
        await other.WaitUntilCountingAsync();
        Assert.Equal(40, await ChargedAsync(other));
    }

    [Theory]
    [MemberData(nameof(Quotas))]
    public async Task OtherServer_AfterAnOutage_CountsTheChargesOfARequestFromBeforeIt(string quotas)
    {
        var (began, isOut) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await RedisServer.StartAsync();
        await using var one = await StartAsync(server, quotas, web => web.MapGet("/settle", async (HttpContext context) =>
        {
            began.SetResult();
            await isOut.Task;
            await context.GetRateLimitFeature()!.SettleAsync(50);
        }));
        await using var other = await StartAsync(server, quotas);
        await one.WaitUntilCountingAsync();
        await other.WaitUntilCountingAsync();
        var settled = one.GetAsync("/settle");
        await began.Task;
        await server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        Assert.Equal((HttpStatusCode.OK, Limit - 2), await one.GetAsync());
        isOut.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await settled).Status);

        // The other 49 permits, and that of the request in the outage.
        await server.CommandAsync("REPLICAOF", "NO", "ONE");
        await one.WaitUntilCountingAsync();
        await other.WaitUntilCountingAsync();
        Assert.Equal(50, await ChargedAsync(other));
    }

    /// <summary>Scripts that wait while Redis pauses are run afterwards, and have been charged when the outage is over.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_ThatRedisCountsAfterTheDeadline_AreChargedOnce(bool isCombined)
    {
        const int Requests = 40;
        const int MostPauses = 3;
        await using var server = await RedisServer.StartAsync();
        await using var api = await RedisApi.StartAsync(
            limits =>
            {
                limits.DefaultPolicy(policy => policy.ForOthers(plan => plan.FixedWindow("hourly", Limit, Hour).ChargeAfterOutage()));
                _ = isCombined ? limits.Global(policy => policy.ForOthers(plan => plan.FixedWindow("all", 2 * Limit, Hour).ChargeAfterOutage())) : limits;
            },
            builder => builder.AddRedis(server.HastyConfiguration, redis =>
            {
                // A script that Redis does not know yet is sent again, and comes late.
                (redis.Deadline, redis.GroupCalls) = (TimeSpan.FromSeconds(1), false);
            }));
        await api.WaitUntilCountingAsync();
        Assert.Equal((HttpStatusCode.OK, Limit - 1), await api.GetAsync());

        // An answer that a busy machine reads too late is charged twice. Not so after every pause.
        var (sent, surplus) = (1, (long?)0);
        for (var pauses = 1; !await IsChargedOnceAfterAPauseAsync(); pauses++)
        {
            Assert.True(
                pauses < MostPauses,
                $"Redis knows of {surplus} requests more than there were. {string.Join(" ", api.StoreEvents.Select(each => each.Message))}");
        }

        async Task<bool> IsChargedOnceAfterAPauseAsync()
        {
            api.Log.Clear();
            await server.CommandAsync("CLIENT", "PAUSE", "4000", "ALL");
            Assert.All(await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => api.GetAsync())), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            Assert.Contains(EventIds.StoreUnavailable, api.StoreEventIds);
            await api.WaitUntilCountingAsync();
            sent += Requests;

            // Those that came after the first ones had no answer are charged in the background, and no others.
            var before = surplus;
            for (int request = 0, exact = 0; exact < 20; request++)
            {
                if (request == 1_000)
                {
                    return false;
                }

                surplus = Limit - ++sent - (await api.GetAsync()).Remaining;
                exact = surplus == before ? exact + 1 : 0;
                await Task.Delay(1);
            }

            return true;
        }
    }

    /// <summary>Waits for a charge in the background, after one request that Redis has counted.</summary>
    /// <returns>The permits that are charged.</returns>
    private static async Task<long?> ChargedAsync(RedisApi other)
    {
        var requests = 1;
        long? remaining;
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < s_mostTime, "The first server does not charge what it admitted.");
            await Task.Delay(1);
            (_, remaining) = await other.GetAsync();
            requests++;
        }
        while (remaining == Limit - requests);

        return Limit - requests - remaining;
    }

    private static Task<RedisApi> StartAsync(RedisServer server, string quotas, Action<WebApplication>? map = null) => RedisApi.StartAsync(
        limits => limits.DefaultPolicy(policy => policy.ForOthers(plan => s_quotas[quotas](plan.ChargeAfterOutage()))),
        builder => builder.AddRedis(server.HastyConfiguration, redis => redis.Deadline = TimeSpan.FromSeconds(20)),
        map: map);
}
