using System.Buffers.Binary;
using System.Net;
using Microsoft.Data.Sqlite;
using static RateLimitHeaders.AspNetCore.Tests.BannedCaller;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Servers that share a store which only loads and saves states share bans, too, and the rejections that lead to them.</summary>
public class StoreBanTests
{
    private static readonly TimeSpan s_ban = TimeSpan.FromMinutes(10);

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "bans.db");
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Rejections_ByBothServers_BanTheCallerOnBoth_UntilTheBanEndsOrIsLifted()
    {
        await using var first = await StartAsync(after: 4);
        await using var second = await StartAsync(after: 4);
        Assert.Equal((200, null), await SendAsync(first));

        // Each server tells of its first rejection at once, and of the next ones half a second later.
        await RejectAsync(first, 1);
        await RejectAsync(second, 1);
        await Eventually.IsTrueAsync(() => RejectionsInStore() == 2, "The store has not heard of the rejections.");
        await RejectAsync(first, 1);
        await RejectAsync(second, 1);
        _clock.Advance(Second / 2);
        await Eventually.IsTrueAsync(() => (BansOf(first).Find(Caller) ?? BansOf(second).Find(Caller)) is not null, "The caller is not banned.");
        await Eventually.IsTrueAsync(() => BansInStore() == 1, "The store has not heard of the ban.");

        _clock.Advance(Second);
        Assert.Equal(((429, "599"), (429, "599")), (await SendAsync(first), await SendAsync(second)));
        Assert.Equal((200, null), await SendAsync(second, "192.0.2.2"));
        _clock.Advance(s_ban - Second - new TimeSpan(1));
        Assert.Equal(((429, "1"), (429, "1")), (await SendAsync(first), await SendAsync(second)));
        _clock.Advance(new TimeSpan(1));
        Assert.Equal((200, null), await SendAsync(second));

        // Lifted by hand before its end.
        await BansOf(first).SetAsync(Caller, s_ban);
        _clock.Advance(Second);
        Assert.Equal((429, "599"), await SendAsync(second));
        Assert.True(await BansOf(second).LiftAsync(Caller));
        _clock.Advance(Second);
        Assert.Equal((200, null), await SendAsync(first));
    }

    [Fact]
    public async Task Server_ThatStartsLater_EnforcesTheBansOfTheStore()
    {
        await using var first = await StartAsync(after: 2);
        await SendAsync(first);
        await RejectAsync(first, 1);
        Assert.Equal((429, "600"), await SendAsync(first));
        await Eventually.IsTrueAsync(() => BansInStore() == 1, "The store has not heard of the ban.");
        await using var second = await StartAsync(after: 2);
        Assert.Equal((429, "600"), await SendAsync(second));
    }

    [Fact]
    public async Task Bans_OfMoreCallersThanAreKept_AreTheLatest()
    {
        await using var first = await StartAsync(after: 2);
        await using var second = await StartAsync(after: 2);
        for (var i = 0; i < 4_097; i++)
        {
            await BansOf(first).SetAsync(new RateLimitPrincipal("anonymous", $"{i}"), s_ban);
        }

        await SendAsync(second);
        Assert.Null(BansOf(second).Find(new RateLimitPrincipal("anonymous", "0")));
        Assert.Equal(s_ban, BansOf(second).Find(new RateLimitPrincipal("anonymous", "1")));
        Assert.Equal(s_ban, BansOf(second).Find(new RateLimitPrincipal("anonymous", "4096")));
    }

    [Fact]
    public async Task Bans_InAnOutage_StayAfterAReloadThatAddsAQuota()
    {
        var store = new DictionaryStore();
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow("second", 1, Second).Ban(after: 3, 10 * Second, s_ban)),
            services: services => services.AddRateLimitHeaders().AddStore(store),
            time: _clock);
        var unheard = new RateLimitPrincipal("anonymous", ClientAddress.ToKey(IPAddress.Parse("192.0.2.2"), 64));
        await BansOf(api).SetAsync(Caller, s_ban);
        store.BeforeLoad = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");
        await Assert.ThrowsAsync<RateLimitStoreException>(() => BansOf(api).SetAsync(unheard, s_ban));
        await SendAsync(api, "192.0.2.3");
        Assert.Equal((429, "1"), await SendAsync(api, "192.0.2.3"));

        api.Swap(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("second", 1, Second).FixedWindow("hour", 100, TimeSpan.FromHours(1)).Ban(after: 2, 10 * Second, s_ban)));
        Assert.Equal(((429, "600"), (429, "600")), (await SendAsync(api), await SendAsync(api, "192.0.2.2")));

        // And what led to no ban yet.
        Assert.Equal((200, null), await SendAsync(api, "192.0.2.3"));
        Assert.Equal((429, "600"), await SendAsync(api, "192.0.2.3"));
    }

    private long RejectionsInStore() => StateOf("ratelimit:2:default:anonymous:rejections:%") is { Length: 16 } state
        ? BinaryPrimitives.ReadInt64LittleEndian(state.AsSpan(8))
        : 0;

    private int BansInStore() => StateOf("ratelimit:2:default:anonymous:bans").Length / 46;

    private byte[] StateOf(string key)
    {
        using var connection = new SqliteConnection($"Data Source={_path}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT state FROM callers WHERE key LIKE $key";
        command.Parameters.AddWithValue("$key", key);
        return command.ExecuteScalar() as byte[] ?? [];
    }

    private Task<TestApi> StartAsync(int after) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy => policy.FixedWindow("second", 1, Second).Ban(after, 10 * Second, s_ban)),
        services: services => services.AddRateLimitHeaders().AddStore(new SqliteStore(_path, new() { Deadline = TimeSpan.FromMinutes(1) })),
        time: _clock);
}
