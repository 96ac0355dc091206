using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What an operator does at one server, and what another one makes of it.</summary>
public class SharedOperatorTests
{
    private static readonly RateLimitTarget s_ada = new("user", "ada");
    private static readonly Action<RateLimitsBuilder> s_limits = limits => limits
        .Principals(principals => principals.FromClaim("sub", "user"))
        .DefaultPolicy(policy => policy.FixedWindow("hourly", 5, TimeSpan.FromHours(1)).SlidingWindow("daily", 8, TimeSpan.FromDays(1)));

    [Fact]
    public async Task Reset_AtOneServer_AppliesWithinASecondAtAnotherThatRemembersTheRejection()
    {
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisTesting.StartAsync(redis, s_limits, time));
        var (_, clock, one, other) = servers;
        await ExhaustAsync(other, times: 5);

        var after = await OperatorOf(one).ResetAsync(s_ada, "root");
        Assert.Equal([5, 8], after.Single().Statuses.Select(status => status.Remaining));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.OK, "4"), await SendAsync(other));
    }

    [Fact]
    public async Task DeletedKey_IsAResetAtOnceAndWithinASecondForAServerThatRemembersTheRejection()
    {
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisTesting.StartAsync(redis, s_limits, time));
        var (server, clock, one, other) = servers;
        await ExhaustAsync(other, times: 5);

        var key = Assert.Single((await server.CommandAsync("KEYS", "ratelimit:default:user:5:*")).Split('\n'));
        Assert.Equal("1", await server.CommandAsync("DEL", key));
        Assert.Equal((HttpStatusCode.OK, "4"), await SendAsync(one));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(other)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.OK, "3"), await SendAsync(other));
    }

    [Fact]
    public async Task Grant_AtOneServer_AppliesWithinASecondAtAnotherThatRemembersTheRejection()
    {
        await using var servers = await TwoServers.StartAsync((redis, time) => RedisTesting.StartAsync(redis, s_limits, time));
        var (_, clock, one, other) = servers;
        await ExhaustAsync(other, times: 5);

        var after = await OperatorOf(one).GrantAsync(s_ada, new RateLimitGrant(2) { QuotaOrUnit = "hourly" }, "root");
        Assert.Equal([2, 3], after.Single().Statuses.Select(status => status.Remaining));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.OK, "1"), await SendAsync(other));
        Assert.Equal((HttpStatusCode.OK, "0"), await SendAsync(other));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(other)).Status);
    }

    [Fact]
    public async Task List_OfCallersInRedis_NamesThoseThatThisServerHasSeen()
    {
        await using var servers = await TwoServers.StartAsync((redis, _) => StartSharingAsync(redis));
        var (_, _, one, other) = servers;
        for (var i = 1; i <= 3; i++)
        {
            await SendAsync(one, "ada");
        }

        await SendAsync(one, "grace");
        await SendAsync(other, "grace");
        await SendAsync(other, "alan");

        var page = await OperatorOf(one).ListNearestAsync(new RateLimitCallerQuery("default", "user"));
        Assert.Null(page.Cursor);
        Assert.Equal(
            [("ada", false, 2L), ("grace", false, 3L), ("", true, 4L)],
            page.Callers.Select(caller => (caller.IsHash ? "" : caller.Id, caller.IsHash, caller.Statuses[0].Remaining)));
        Assert.Equal(22, page.Callers[2].Id.Length);
    }

    [Fact]
    public async Task List_ByCursor_LooksAtAllCallersInBoundedSteps()
    {
        const int Callers = 700;
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartSharingAsync(server);
        await api.CountsInRedisAsync(server);
        await Parallel.ForAsync(0, Callers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await SendAsync(api, $"user-{i}"));

        HashSet<string> seen = [];
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = await OperatorOf(api).ListNearestAsync(new("default", "user") { Count = 1_000, Looked = 200, Cursor = cursor });
            Assert.InRange(page.Callers.Count, 0, 200);
            seen.UnionWith(page.Callers.Select(caller => caller.Id));
            (cursor, pages) = (page.Cursor, pages + 1);
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, Callers).Select(i => $"user-{i}").Order(), seen.Order());
        Assert.InRange(pages, 4, 5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_WithAKeyThatHoldsSomethingElse_LeavesItOut(bool groupsCalls)
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await StartSharingAsync(server, groupsCalls);
        await api.CountsInRedisAsync(server);
        await SendAsync(api, "ada");
        await SendAsync(api, "grace");
        var key = (await server.CommandAsync("KEYS", "ratelimit:default:user:*")).Split('\n')[0];
        await server.CommandAsync("HSET", key[..key.IndexOf('{', StringComparison.Ordinal)] + "{foreign}", "of", "another");

        var page = await OperatorOf(api).ListNearestAsync(new RateLimitCallerQuery("default", "user"));
        Assert.Equal([("ada", 4L), ("grace", 4L)], page.Callers.Select(caller => (caller.Id, caller.Statuses[0].Remaining)).Order());
    }

    [Fact]
    public async Task List_InACluster_ReturnsTheCallersOfAllNodes()
    {
        const int Callers = 60;
        await using var cluster = await RedisCluster.StartAsync();
        using var store = new RedisStore(new RedisStoreOptions { Configuration = cluster.Configuration }, open: null);
        using var partitions = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "cluster", Quota.FixedWindow("q", 5, TimeSpan.FromDays(1))));
        await RedisTesting.CountsInRedisAsync(partitions);
        for (var i = 0; i < Callers; i++)
        {
            await partitions.TakeAsync(new RateLimitPrincipal("user", $"caller-{i}"));
        }

        List<string> seen = [];
        string? cursor = null;
        do
        {
            var page = await partitions.ListAsync(new ListArguments(100, 25, cursor), CancellationToken.None);
            seen.AddRange(page.Callers.Select(caller => caller.Id));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.Equal(
            Enumerable.Range(0, Callers).Select(i => partitions.ListedIdOf(new RateLimitPrincipal("user", $"caller-{i}"))!).Order(StringComparer.Ordinal),
            seen.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Operator_WithoutRedis_ThrowsAndLogsNoAct()
    {
        await using var server = await RedisServer.StartAsync();
        await using var api = await RedisTesting.StartAsync(server, s_limits);
        await api.CountsInRedisAsync(server);
        await server.StopAsync();
        var thrown = await Assert.ThrowsAsync<RateLimitStoreException>(() => OperatorOf(api).ResetAsync(s_ada, "root"));
        Assert.Equal("Redis did not answer: the caller's counts there may not be cleared.", thrown.Message);
        thrown = await Assert.ThrowsAsync<RateLimitStoreException>(() => OperatorOf(api).GrantAsync(s_ada, new RateLimitGrant(1), "root"));
        Assert.Equal("Redis did not answer: the caller has not received the permits.", thrown.Message);
        thrown = await Assert.ThrowsAsync<RateLimitStoreException>(() => OperatorOf(api).ListNearestAsync(new("default", "user")));
        Assert.Equal("Redis did not answer: its callers cannot be listed.", thrown.Message);
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Id is 63 or 64);
    }

    private static IRateLimitOperator OperatorOf(TestApi api) => api.Services.GetRequiredService<IRateLimitOperator>();

    /// <summary>Starts a host that counts in memory while Redis does not answer, and so keeps the ids of the callers that it has seen.</summary>
    private static Task<TestApi> StartSharingAsync(RedisServer server, bool? groupsCalls = null) => TestApi.StartAsync(
        s_limits,
        services: services => services.AddRateLimitHeaders().AddRedis(server.Configuration, options =>
        {
            options.Deadline = TimeSpan.FromSeconds(20);
            options.GroupCalls = groupsCalls;
        }));

    private static async Task ExhaustAsync(TestApi api, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(api)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(api)).Status);
    }

    private static async Task<(HttpStatusCode Status, string? Remaining)> SendAsync(TestApi api, string user = "ada")
    {
        var response = await api.SendAsync(claims: [$"sub={user}"]);
        return (response.Status, response["X-RateLimit-Remaining"]);
    }
}
