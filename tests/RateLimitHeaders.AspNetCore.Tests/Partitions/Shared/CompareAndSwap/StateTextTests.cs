using System.Buffers.Binary;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Keys and states are contracts: servers of different versions of the library share them, and they outlive deployments.</summary>
public class StateTextTests
{
    private static readonly Quota[] s_quotas =
    [
        Quota.FixedWindow("a", 10, TimeSpan.FromSeconds(60)),
        Quota.FixedWindow("b", 10, TimeSpan.FromSeconds(60), alignToClock: true, unit: QuotaUnits.ContentBytes),
        Quota.SlidingWindow("c", 10, TimeSpan.FromSeconds(60), segments: 2),
        Quota.TokenBucket("d", 10, TimeSpan.FromSeconds(60)),
        Quota.Concurrency("e", 10),
        Quota.CalendarWindow("f", 10, CalendarPeriod.Day, "Europe/Berlin"),
    ];

    [Fact]
    public void Key_OfACaller_IsThisText() => Assert.Equal(
        "ratelimit:2:api:user:37b1Qe-C6RABWfEqhOY11A",
        KeyOf(new DictionaryStore().KeyPrefix, "api", new RateLimitPrincipal("user", "alice"), s_quotas));

    [Fact]
    public void Keys_OfBansAndRejections_AreTheseTexts()
    {
        var keys = new StateKeys("ratelimit", TestPlan.Define("api", s_quotas));
        var name = StateKeys.NameOf(new RateLimitPrincipal("user", "alice"));
        Assert.Equal(
            ("ratelimit:2:api:user:bans", "ratelimit:2:api:user:rejections:37b1Qe-C6RABWfEqhOY11A"), (keys.OfBans, keys.OfRejections(name)));
    }

    [Fact]
    public void Key_HasNoNameOfAClassAndNoTextThatACallerChooses()
    {
        var key = KeyOf("p", "a b:c", new RateLimitPrincipal("user", "line\nbreak"), s_quotas);
        Assert.StartsWith("p:2:a%20b%3Ac:user:", key, StringComparison.Ordinal);
        Assert.Equal(4, key.Count(character => character == ':'));
        Assert.All(key, character => Assert.InRange(character, '!', '~'));
    }

    [Fact]
    public void Key_OfAnAddressAndOfATextThatReadsLikeIt_Differ()
    {
        var address = new RateLimitPrincipal("user", (UInt128)0x0000_ffff_c000_0201);
        Assert.NotEqual(
            KeyOf("p", "api", address, s_quotas), KeyOf("p", "api", new RateLimitPrincipal("user", address.Id), s_quotas));
    }

    [Fact]
    public void Number_OfAQuotaThatDiffersInMoreThanTheLimit_Differs()
    {
        Quota[] quotas =
        [
            Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(60)),
            Quota.FixedWindow("r", 10, TimeSpan.FromSeconds(60)),
            Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(61)),
            Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(60), alignToClock: true),
            Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(60), unit: QuotaUnits.ContentBytes),
            Quota.TokenBucket("q", 10, TimeSpan.FromSeconds(60)),
            Quota.SlidingWindow("q", 10, TimeSpan.FromSeconds(60)),
            Quota.SlidingWindow("q", 10, TimeSpan.FromSeconds(60), segments: 5),
        ];
        Assert.Equal(quotas.Length, quotas.Select(NumberOf).Distinct().Count());
        Assert.Equal(NumberOf(quotas[0]), NumberOf(Quota.FixedWindow("q", 99, TimeSpan.FromSeconds(60))));
    }

    [Fact]
    public async Task State_OfEachAlgorithm_IsTheseBytes()
    {
        using var server = new StateServer(s_quotas);
        await server.Alice.TakeEachAsync(1, 2, 3, 4, 0, 5);
        var bytes = server.Store.States[server.Key].Bytes.ToArray();
        Assert.Equal(2, bytes[0]);

        // 14:07:13, and the limit of ten that is each quota's own.
        const long Now = 17_795_452_330_000_000;
        const long OwnLimit = -4_601_552_919_265_804_288;
        Assert.Equal(
            [
                Now, Now, 6, 0, 0,
                -7_187_713_352_832_303_554, Now + 600_000_000, 3, OwnLimit, Now + 600_000_000, 1,
                -4_507_534_249_804_982_504, Now + 470_000_000, 3, OwnLimit, Now + 470_000_000, 2,
                155_866_201_884_796_902, Now + 600_000_000, 5, OwnLimit, Now, 0, 0, 3,
                2_115_555_733_411_556_968, Now + 240_000_000, 6, OwnLimit, 2_013_265_920_000_000, 0, Now, 4, 0,
                -6_399_662_638_166_808_475, Now, 2, OwnLimit, 0,
                -1_591_560_877_156_766_046, Now + 283_670_000_000, 3, OwnLimit, Now + 283_670_000_000, 5,
            ],
            Enumerable.Range(0, bytes.Length / sizeof(long)).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1 + (i * sizeof(long))))));
    }

    [Fact]
    public async Task StatesOfBansAndRejections_AreTheseBytes()
    {
        const long Now = 17_795_452_330_000_000;
        var (store, clock) = (new DictionaryStore(), new ManualTimeProvider());
        var keys = new StateKeys(store.KeyPrefix, TestPlan.Define("api", s_quotas));
        var (alice, bob) = (StateKeys.NameOf(new RateLimitPrincipal("user", "alice")), StateKeys.NameOf(new RateLimitPrincipal("user", "bob")));
        var bans = new StateBans(store, keys, clock);

        await bans.SetAsync(alice, TimeSpan.FromSeconds(60));
        clock.Advance(TimeSpan.FromSeconds(1));
        await bans.SetAsync(bob, TimeSpan.FromSeconds(600));
        await bans.SetAsync(alice, TimeSpan.Zero);
        await bans.AddRejectionsAsync(alice, 3, TimeSpan.FromSeconds(10));

        // The version of a change, the end of the ban, the end that was known before it was lifted, and the name.
        Assert.Equal(
            [
                .. Words(Now + 10_000_000, Now + 6_010_000_000, Now + 6_010_000_000), .. "ysL2iEbLc--ohXYPUCNZNw"u8,
                .. Words(Now + 10_000_001, Now + 10_000_000, Now + 600_000_000), .. "37b1Qe-C6RABWfEqhOY11A"u8,
            ],
            store.States[keys.OfBans].Bytes.ToArray());
        Assert.Equal(Words(Now + 110_000_000, 3), store.States[keys.OfRejections(alice)].Bytes.ToArray());

        static byte[] Words(params long[] numbers)
        {
            var bytes = new byte[numbers.Length * sizeof(long)];
            for (var i = 0; i < numbers.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), numbers[i]);
            }

            return bytes;
        }
    }

    [Fact]
    public async Task State_WithALimitOfTheCaller_HasItWithoutASign()
    {
        using var server = new StateServer(Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(60)));
        await server.Alice.TakeAsync(1, limit: 2.5);
        var bytes = server.Store.States[server.Key].Bytes.Span;
        Assert.Equal(2.5, BinaryPrimitives.ReadDoubleLittleEndian(bytes[(1 + (8 * sizeof(long)))..]));
    }

    [Fact]
    public async Task State_WithHoldsAndBatches_IsReadAsItWasWritten()
    {
        using var server = new StateServer(Quota.FixedWindow("q", 100, TimeSpan.FromMinutes(5)), Quota.Concurrency("at once", 10));
        await server.Alice.TakeAsync(2);
        await server.Alice.TakeAsync(3);
        var plan = new StatePlan(TestPlan.Create(server.Clock, "api", Quota.FixedWindow("q", 100, TimeSpan.FromMinutes(5)), Quota.Concurrency("at once", 10)), TimeSpan.FromMinutes(1));
        var stored = server.Store.States[server.Key];
        var state = CallerState.Read(stored, plan);
        Assert.Equal([2, 3], state.Holds.Select(hold => hold.Permits));
        state.Batches.Add(new StoredBatch(state.Time + 7, 5));
        var again = CallerState.Read(state.Write(), plan);
        Assert.Equal((state.Born, state.Time), (again.Born, again.Time));
        Assert.Equal(state.Words, again.Words);
        Assert.Equal(state.Holds, again.Holds);
        Assert.Equal(state.Batches, again.Batches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("0200000000000000000000000000000000010000000000000000000000000000000000000000000000")]
    [InlineData("020000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public async Task State_ThatIsNone_IsAFaultOfTheCall(string bytes)
    {
        using var server = new StateServer(Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(60)));
        await server.Alice.TakeAsync();
        server.Store.States[server.Key] = new StoredState(Convert.FromHexString(bytes));
        var exception = await Assert.ThrowsAsync<RateLimitStoreException>(() => server.Alice.TakeAsync());
        Assert.Equal(StoreFailureKind.Call, exception.Kind);
    }

    private static string KeyOf(string prefix, string policy, RateLimitPrincipal principal, Quota[] quotas) =>
        new StateKeys(prefix, TestPlan.Define(policy, quotas)).Of(principal);

    private static long NumberOf(Quota quota) =>
        new StatePlan(TestPlan.Create(new ManualTimeProvider(), "api", quota), TimeSpan.FromMinutes(1)).Numbers[0];
}
