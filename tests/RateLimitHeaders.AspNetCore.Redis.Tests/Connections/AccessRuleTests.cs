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
    public async Task Rule_WithoutOneOfItsCommands_IsNotEnoughAndTheReasonSaysWhatIs(string without)
    {
        await AllowAsync(string.Join(' ', FailureReasons.AllowedCommands.Split(' ').Where(command => command != without)));
        var failure = await Assert.ThrowsAsync<RateLimitStoreException>(CountAsync);
        Assert.EndsWith(
            $"Give the user at least the access rule \"{FailureReasons.AllowedCommands} ~prefix:*\", with the KeyPrefix of the settings.",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_OfAnotherPrefix_IsNotEnoughAndTheReasonSaysSo()
    {
        await AllowAsync(FailureReasons.AllowedCommands, prefix: "other");
        var failure = await Assert.ThrowsAsync<RateLimitStoreException>(CountAsync);
        Assert.Contains("~prefix:*", failure.Message, StringComparison.Ordinal);
    }

    private Task<string> AllowAsync(string commands, string prefix = "shop") =>
        _server.CommandAsync(["ACL", "SETUSER", "limits", "on", ">secret", "resetchannels", $"~{prefix}:*", .. commands.Split(' ')]);

    /// <summary>Does everything that the store does, of plans with each script.</summary>
    private async Task CountAsync()
    {
        var options = new RedisStoreOptions { KeyPrefix = "shop", Configuration = $"{_server.Configuration},user=limits,password=secret" };
        using var store = new RedisStore(options, open: null);
        await store.WarmUpAsync(CancellationToken.None);

        // It may not ask INFO, and goes without.
        Assert.Empty(await store.InspectAsync(CancellationToken.None));
        var alice = new RateLimitPrincipal("user", "alice");
        Quota[][] plans = [[Quota.FixedWindow("q", 10, TimeSpan.FromMinutes(1))], [Quota.SlidingWindow("q", 10, TimeSpan.FromMinutes(1)), Quota.Concurrency("c", 5)]];
        foreach (var quotas in plans)
        {
            using var partitions = store.CreatePartitions(TestPlan.Create(TimeProvider.System, "api", quotas));
            await partitions.CheckAsync(alice, CancellationToken.None);
            var costs = quotas.Select(_ => 1L).ToArray();
            for (var i = 0; i < 2; i++)
            {
                var decision = new RateLimitDecision { Principal = alice };
                await partitions.AcquireAsync(new AcquireArguments(alice, costs, default), decision);
                Assert.True(decision.IsAcquired);
                await partitions.AdjustAsync(decision, new AdjustArguments(costs));
                await partitions.ReleaseAsync(decision);
            }

            await partitions.ResetAsync(alice, CancellationToken.None);
        }
    }
}
