namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The bans of one server and of others that share its store.</summary>
public class CallerBansTests
{
    [Fact]
    public async Task Rejections_BeforeABan_AreNotSavedAfterIt()
    {
        using var server = new BanServer(new BanDefinition(20, 10 * Minute, Minute, Extends: false));
        server.Reject(1);
        await Eventually.IsTrueAsync(() => server.RejectionsInStore == 1, "The store has not heard of the first rejection.");
        server.Reject(19);
        Assert.Equal(Minute, await server.FindAsync());
        await Eventually.IsTrueAsync(() => server.RejectionsInStore == 0, "The store has not heard of the ban.");
        await server.TellAllAsync();
        Assert.Equal(0, server.RejectionsInStore);

        server.Clock.Advance(Minute);
        server.Reject(1);

        // The last pause may have begun only now.
        await EventuallyAsync(server, () => server.RejectionsInStore == 1, "The store has heard of other rejections than the one after the ban.");
        Assert.Null(await server.FindAsync());
    }

    [Fact]
    public async Task Rejections_AreSavedWithoutTheExecutionContextOfTheRequest()
    {
        using var server = new BanServer(new BanDefinition(20, 10 * Minute, Minute, Extends: false));
        var request = new AsyncLocal<string?> { Value = "request" };
        var told = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Store.BeforeSave = (_, _) =>
        {
            told.TrySetResult(request.Value);
            return default;
        };
        server.Reject(1);
        Assert.Equal("request", request.Value);
        Assert.Null(await told.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Rejections_BeforeAReset_AreNotSavedAfterIt()
    {
        using var server = new BanServer(new BanDefinition(20, 10 * Minute, Minute, Extends: false));
        server.Reject(1);
        await Eventually.IsTrueAsync(() => server.RejectionsInStore == 1, "The store has not heard of the first rejection.");
        server.Reject(18);
        await server.Bans.ForgetAsync(BanServer.Alice);
        await server.TellAllAsync();
        Assert.Equal(0, server.RejectionsInStore);
    }

    [Fact]
    public async Task Rejections_BeforeTheBanOfAnotherServer_AreNotSavedAfterIt()
    {
        using var server = new BanServer(new BanDefinition(20, 10 * Minute, Minute, Extends: false));
        using var other = server.Share();
        server.Reject(1);
        await Eventually.IsTrueAsync(() => server.RejectionsInStore == 1, "The store has not heard of the first rejection.");
        server.Reject(10);
        await other.Bans.SetAsync(BanServer.Alice, Minute);
        Assert.Equal(Minute, await server.FindAsync());
        await server.TellAllAsync();
        Assert.Equal(1, server.RejectionsInStore);
    }

    [Fact]
    public void Rejections_MoreThanATermThatHasComeToHold_BanTheCallerByThatTerm()
    {
        // After a reload, or of two policies with one count.
        using var server = new BanServer(new BanDefinition(1_000, 10 * Minute, Minute, Extends: false));
        server.Reject(50);
        server.Bans.Count(BanServer.Alice, new BanDefinition(10, 10 * Minute, 2 * Minute, Extends: false), retryAfter: null);
        Assert.Equal(2 * Minute, server.Bans.Find(BanServer.Alice));
    }

    [Fact]
    public async Task Rejections_OfAllServers_MoreThanATermThatHasComeToHold_BanTheCaller()
    {
        using var server = new BanServer(new BanDefinition(1_000, 10 * Minute, Minute, Extends: false));
        using var other = server.Share();
        await RejectAndTellAsync(server, 6);
        await RejectAndTellAsync(other, 6);

        server.Bans.Count(BanServer.Alice, new BanDefinition(10, 10 * Minute, 2 * Minute, Extends: false), retryAfter: null);
        await BannedAsync(server);
    }

    [Fact]
    public async Task Rejections_WhoseLastAnswerWasLost_BanTheCallerWithTheNextOne()
    {
        using var server = new BanServer(new BanDefinition(10, 10 * Minute, Minute, Extends: false));
        using var other = server.Share();
        await RejectAndTellAsync(server, 6);
        await RejectAndTellAsync(other, 1);
        other.Store.AfterSave = static () => throw new RateLimitStoreException(StoreFailureKind.Call, "the answer is lost");
        await RejectAndTellAsync(other, 5);
        Assert.Null(other.Bans.Find(BanServer.Alice));

        other.Store.AfterSave = static () => { };
        other.Reject(1);
        await BannedAsync(other);
    }

    [Fact]
    public async Task Ban_ThatWasLiftedByAnotherServer_IsNotSetAgainByAnExtension()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: true));
        using var other = server.Share();
        await server.Bans.SetAsync(BanServer.Alice, 10 * Minute);
        Assert.Equal(10 * Minute, await server.FindAsync());
        Assert.Equal(10 * Minute, await other.FindAsync());
        server.Clock.Advance(2 * Minute);
        await server.FindAsync();
        Assert.True(await other.Bans.LiftAsync(BanServer.Alice));

        // Before it reads again, and hears of the lift.
        server.Bans.Extend(BanServer.Alice, 10 * Minute);
        await Eventually.IsTrueAsync(() => server.Bans.Find(BanServer.Alice) is null, "The server that has extended the ban does not hear that it was lifted.");
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await other.FindAsync());
        Assert.Null(await server.FindAsync());
    }

    [Fact]
    public async Task Extension_OfABan_IsReadByOtherServers()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: true));
        using var other = server.Share();
        await server.Bans.SetAsync(BanServer.Alice, 10 * Minute);
        Assert.Equal(10 * Minute, await other.FindAsync());
        server.Clock.Advance(2 * Minute);
        server.Bans.Extend(BanServer.Alice, 10 * Minute);
        Assert.Equal(10 * Minute, await other.FindAsync());
        Assert.Equal(10 * Minute, await server.FindAsync());
    }

    [Fact]
    public async Task Ban_ReadBackFromASlowStore_KeepsItsEnd()
    {
        using var server = new BanServer(new BanDefinition(1, Minute, 8 * Second, Extends: false));
        server.Store.BeforeLoad = (_, _) =>
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(5));
            return default;
        };
        var end = server.Clock.GetUtcNow() + (8 * Second);
        await server.Bans.SetAsync(BanServer.Alice, 8 * Second);
        server.Clock.Advance(Second);

        Assert.NotNull(await server.FindAsync());
        Assert.Equal(end - server.Clock.GetUtcNow(), server.Bans.Find(BanServer.Alice));
    }

    [Theory]
    [InlineData(5_000_000)]
    [InlineData(9_999_999)]
    public async Task Request_BetweenHalfASecondAndASecondAfterTheLastReading_StartsOneAndDoesNotWait(long ticks)
    {
        using var server = new BanServer(new BanDefinition(20, 10 * Minute, Minute, Extends: false));
        await server.FindAsync();
        var (answer, readings) = (new TaskCompletionSource(), 0);
        server.Store.BeforeLoad = (_, _) =>
        {
            readings++;
            return new(answer.Task);
        };

        server.Clock.Advance(TimeSpan.FromTicks(ticks));
        Assert.True(server.Bans.RefreshAsync().AsTask().IsCompletedSuccessfully);
        Assert.Equal(1, readings);
        answer.SetResult();
    }

    [Fact]
    public async Task Extension_OfABanThatComesBackFromTheStore_Lasts()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 8 * Second, Extends: true));
        await server.Bans.SetAsync(BanServer.Alice, 8 * Second);
        server.Clock.Advance(0.35 * Second);
        server.Bans.Extend(BanServer.Alice, 8 * Second);
        server.Clock.Advance(0.65 * Second);

        Assert.Equal(7.35 * Second, await server.FindAsync());
    }

    [Theory]
    [InlineData(10, 74, false)]
    [InlineData(10, 75, true)]
    [InlineData(0.1, 0.99, false)]
    [InlineData(0.1, 1, true)]
    public async Task Extension_OfABan_IsSavedOnceAnEighthOfItHasPassed(double minutes, double seconds, bool isTold)
    {
        var lasting = minutes * Minute;
        using var server = new BanServer(new BanDefinition(20, Minute, lasting, Extends: true));
        using var other = server.Share();
        await server.Bans.SetAsync(BanServer.Alice, lasting);
        await server.FindAsync();
        server.Clock.Advance(TimeSpan.FromSeconds(seconds));

        // Flooding neither brings the moment on nor puts it off.
        server.Bans.Extend(BanServer.Alice, lasting);
        server.Bans.Extend(BanServer.Alice, lasting);

        Assert.Equal(lasting, server.Bans.Find(BanServer.Alice));
        Assert.Equal(isTold ? lasting : lasting - TimeSpan.FromSeconds(seconds), await other.FindAsync());
    }

    [Fact]
    public async Task Extension_OfABanMissingInTheStore_SavesTheBan()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: true));
        using var other = server.Share();
        server.Store.BeforeLoad = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Call, "it is busy");
        await Assert.ThrowsAsync<RateLimitStoreException>(() => server.Bans.SetAsync(BanServer.Alice, 10 * Minute));
        server.Store.BeforeLoad = static (_, _) => default;

        server.Clock.Advance(2 * Minute);
        server.Bans.Extend(BanServer.Alice, 10 * Minute);
        Assert.Equal(10 * Minute, await other.FindAsync());
    }

    [Fact]
    public async Task Extension_OfAStoredBan_NeverMakesItShorter_AndNeedsOne()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: true));
        var name = StateKeys.NameOf(BanServer.Alice);
        Assert.False(await server.Partitions.ExtendBanAsync(name, Minute));
        Assert.Empty(server.Store.States);
        await server.Partitions.BanAsync(name, 10 * Minute);
        Assert.True(await server.Partitions.ExtendBanAsync(name, Minute));
        Assert.Equal([new StoredBan(name, 10 * Minute)], (await server.Partitions.ReadBansAsync(0)).Changes);
        Assert.True(await server.Partitions.ExtendBanAsync(name, 20 * Minute));
        Assert.Equal([new StoredBan(name, 20 * Minute)], (await server.Partitions.ReadBansAsync(0)).Changes);
        server.Clock.Advance(20 * Minute);
        Assert.False(await server.Partitions.ExtendBanAsync(name, Minute));
    }

    [Fact]
    public async Task OperatorsBan_WhileTheStoreDoesNotAnswer_HoldsHereAndFails()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: false));
        server.Store.BeforeLoad = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => server.Bans.SetAsync(BanServer.Alice, Minute));
        Assert.Equal("Dictionary did not answer: other servers may not ban the caller.", exception.Message);
        Assert.Equal(Minute, server.Bans.Find(BanServer.Alice));
    }

    [Fact]
    public async Task OperatorsLift_WhileTheStoreDoesNotAnswer_FailsAndCanBeRepeated()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: false));
        using var other = server.Share();
        await server.Bans.SetAsync(BanServer.Alice, 10 * Minute);
        Assert.Equal(10 * Minute, await other.FindAsync());
        server.Store.BeforeLoad = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => server.Bans.LiftAsync(BanServer.Alice));
        Assert.Equal("Dictionary did not answer: the caller may still be banned.", exception.Message);
        Assert.Equal(10 * Minute, server.Bans.Find(BanServer.Alice));

        server.Store.BeforeLoad = static (_, _) => default;
        await Eventually.IsTrueAsync(() => server.IsAvailable, "The outage does not end.", server.Clock, TimeSpan.FromMilliseconds(10));
        Assert.True(await server.Bans.LiftAsync(BanServer.Alice));
        Assert.Null(await server.FindAsync());
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await other.FindAsync());
    }

    [Fact]
    public async Task OperatorsLift_OfABanUnknownToThisServer_FailsWhileTheStoreFails()
    {
        using var server = new BanServer(new BanDefinition(20, Minute, 10 * Minute, Extends: false));
        server.Store.BeforeLoad = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");
        await Assert.ThrowsAsync<RateLimitStoreException>(() => server.Bans.LiftAsync(BanServer.Alice));
    }

    private static async Task RejectAndTellAsync(BanServer server, int times)
    {
        var all = server.RejectionsInStore + times;
        server.Reject(times);
        await EventuallyAsync(server, () => server.RejectionsInStore == all, "The store has not heard of the rejections.");
    }

    private static Task BannedAsync(BanServer server) =>
        EventuallyAsync(server, () => server.Bans.Find(BanServer.Alice) is not null, "The caller is not banned.");

    private static Task EventuallyAsync(BanServer server, Func<bool> condition, string otherwise) =>
        Eventually.IsTrueAsync(condition, otherwise, server.Clock, TimeSpan.FromSeconds(0.5));
}
