namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The least that a user of a server with access control lists must be allowed.</summary>
public sealed class AccessRuleTests : IAsyncLifetime
{
    private RedisServer _server = null!;

    // PING is the client's sign of life on a connection that is idle, which takes longer than a test.
    public static TheoryData<string> Commands => [.. FailureReasons.AllowedCommands.Split(' ').Where(command => command != "+ping")];

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Rule_AsDocumented_IsEnoughForAllThatTheStoreDoes()
    {
        await AllowAsync(FailureReasons.AllowedCommands);
        await CountAsync();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Rule_WithoutOneOfItsCommands_FailsAndTheErrorHasTheWholeRule(string without)
    {
        await AllowAsync(string.Join(' ', FailureReasons.AllowedCommands.Split(' ').Where(command => command != without)));
        var failure = await Assert.ThrowsAsync<RateLimitStoreException>(CountAsync);
        Assert.EndsWith(
            $"Give the user at least the access rule \"{FailureReasons.AllowedCommands} ~prefix:*\", with the KeyPrefix of the settings.",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_OfAnotherPrefix_FailsAndTheErrorNamesThePrefix()
    {
        await AllowAsync(FailureReasons.AllowedCommands, prefix: "other");
        var failure = await Assert.ThrowsAsync<RateLimitStoreException>(CountAsync);
        Assert.Contains("~prefix:*", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+scan", true)]
    [InlineData("", false)]
    public async Task Listing_TakesScan(string scan, bool isListed)
    {
        await AllowAsync($"{FailureReasons.AllowedCommands} {scan}".TrimEnd());
        using var store = CreateStore();
        using var partitions = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "api", Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1))));
        await TakeAsync(partitions, new RateLimitPrincipal("user", "alice"), [1]);
        var listing = partitions.ListAsync(new ListArguments(10, 10, null), CancellationToken.None).AsTask();
        if (isListed)
        {
            Assert.Equal(9, Assert.Single((await listing).Callers).Statuses[0].Remaining);
        }
        else
        {
            var failure = await Assert.ThrowsAsync<RateLimitStoreException>(() => listing);
            Assert.Contains("which an access rule allows with +scan", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        "",
        1,
        "The user may not select database 1, so that all is counted in database 0. Give the user the access rule +select, and restart the application: "
            + "open connections stay in database 0.")]
    [InlineData(
        "+select",
        16,
        "The server has no database 16, so that all is counted in database 0. Set defaultDatabase in the connection string to a database of the "
            + "server, or leave it out: clusters and proxies have only database 0.")]
    [InlineData("+select", 1, null)]
    [InlineData("", 0, null)]
    public async Task AnotherDatabase_ThatCannotBeSelected_IsReportedByTheInspection(string select, int database, string? finding)
    {
        await AllowAsync($"{FailureReasons.AllowedCommands} {select}".TrimEnd());
        using var store = CreateStore($",defaultDatabase={database}");
        await store.WarmUpAsync(CancellationToken.None);
        using var partitions = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "api", Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1))));
        await TakeAsync(partitions, new RateLimitPrincipal("user", "alice"), [1]);

        Assert.Equal(finding is null ? [] : [finding], await store.InspectAsync(CancellationToken.None));
        Assert.Contains($"db{(finding is null ? database : 0)}:", await _server.CommandAsync("INFO", "keyspace"), StringComparison.Ordinal);
    }

    private static async Task<RateLimitDecision> TakeAsync(StorePartitions partitions, RateLimitPrincipal caller, long[] costs)
    {
        var decision = new RateLimitDecision { Principal = caller };
        await partitions.AcquireAsync(new AcquireArguments(caller, costs, default), decision);
        Assert.True(decision.IsAcquired);
        return decision;
    }

    private RedisStore CreateStore(string more = "") => new(
        new RedisStoreOptions { KeyPrefix = "shop", Configuration = $"{_server.Configuration},user=limits,password=secret{more}" }, open: null);

    private Task<string> AllowAsync(string commands, string prefix = "shop") =>
        _server.CommandAsync(["ACL", "SETUSER", "limits", "on", ">secret", "resetchannels", $"~{prefix}:*", .. commands.Split(' ')]);

    /// <summary>Does everything that the store does with one caller or several, of plans with each script.</summary>
    private async Task CountAsync()
    {
        using var store = CreateStore();
        await store.WarmUpAsync(CancellationToken.None);

        // It may not ask INFO, and goes without.
        Assert.Empty(await store.InspectAsync(CancellationToken.None));
        RateLimitPrincipal[] callers = [new("user", "alice"), new("user", "bob"), new("user", "carol")];
        var alice = callers[0];
        var minute = TimeSpan.FromMinutes(1);
        Quota[][] plans = [[Quota.FixedWindow("q", 10, minute)], [Quota.SlidingWindow("q", 10, minute), Quota.Concurrency("c", 5)]];
        foreach (var quotas in plans)
        {
            using var partitions = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "api", quotas));
            await partitions.CheckAsync(alice, CancellationToken.None);
            var costs = quotas.Select(_ => 1L).ToArray();
            for (var i = 0; i < 2; i++)
            {
                foreach (var decision in await Task.WhenAll(callers.Select(caller => TakeAsync(partitions, caller, costs))))
                {
                    await partitions.AdjustAsync(decision, new AdjustArguments(costs));
                    await partitions.RenewAsync(decision, CancellationToken.None);
                    await partitions.ReleaseAsync(decision);
                }
            }

            await partitions.GrantAsync(alice, costs, CancellationToken.None);
            await store.PeekAsync(callers.Select(caller => Peek(partitions, caller)).ToArray(), CancellationToken.None);
            await partitions.ResetAsync(alice, CancellationToken.None);
            await BanAsync(partitions, alice);
        }

        await CombineAsync(store, alice);
    }

    private static StorePeek Peek(StorePartitions partitions, RateLimitPrincipal caller) =>
        new(partitions, new PeekArguments(caller, default, new RateLimitDecision { Principal = caller }));

    private static async Task BanAsync(StorePartitions partitions, RateLimitPrincipal caller)
    {
        var (name, minute) = (partitions.BanNameOf(caller), TimeSpan.FromMinutes(1));
        await partitions.AddRejectionsAsync(name, 1, minute);
        await partitions.BanAsync(name, minute);
        Assert.True(await partitions.ExtendBanAsync(name, 2 * minute));
        Assert.NotEmpty((await partitions.ReadBansAsync(0)).Changes);
        await partitions.BanAsync(name, TimeSpan.Zero);
        await partitions.AddRejectionsAsync(name, 0, TimeSpan.Zero);
    }

    /// <summary>Takes of two plans together, and a batch of one, which is given back with the next.</summary>
    private static async Task CombineAsync(RedisStore store, RateLimitPrincipal caller)
    {
        using var one = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "one", Quota.FixedWindow("q", 100, TimeSpan.FromMinutes(1))));
        using var other = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "other", Quota.TokenBucket("q", 100, TimeSpan.FromMinutes(1))));
        var acquire = new AcquireArguments(caller, new long[] { 1 }, default);
        StorePartitions[] plans = [one, other];
        var both = plans.Select(plan => new PlanAcquisition(plan, acquire, new RateLimitDecision { Principal = caller })).ToArray();
        Assert.True(await store.AcquireAsync(both));
        Assert.All(both, plan => Assert.True(plan.Decision.IsAcquired));

        List<EndedBatch> ended = [];
        for (var i = 0; i < 2; i++)
        {
            var decision = new RateLimitDecision { Principal = caller };
            await other.AcquireBatchAsync(new BatchArguments(acquire, 5, TimeSpan.FromSeconds(10), 1, ended), decision);
            Assert.Equal(5, decision.Batch.Extra);
            ended = [new EndedBatch(decision, 2)];
        }
    }
}
