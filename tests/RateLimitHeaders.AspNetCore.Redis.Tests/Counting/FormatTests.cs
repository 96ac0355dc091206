using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// What stays in Redis while servers are updated: the texts of keys and the bytes of states, which are packed doubles. A change
/// of these states needs another version in the keys.
/// </summary>
public class FormatTests
{
    // A Saturday, 14:07:13 UTC, in microseconds since the Unix epoch.
    private const long Now = 1_779_545_233_000_000;

    /// <summary>Gets a plan of each algorithm, its key, and the numbers of a state after two requests that cost 3 and 2.</summary>
    public static TheoryData<string, string, string> Formats => new()
    {
        // When the state began, when it expires, no numbers of batches; what the quota is told by, negative as it is the last one;
        // then the limit, negative as it is the quota's own, when the window ends, and what is used.
        {
            "fixed",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779556485000000 0 -272923667367849 -10 1779548833000000 5"
        },

        // The windows of a clock and of a calendar end with the hour and the day.
        {
            "aligned",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779555997875000 0 -36493181734697 -10 1779548400000000 5"
        },
        {
            "calendar",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779592447875000 0 -172853108838477 -10 1779580800000000 5"
        },

        // The limit is positive, as it is the caller's own.
        {
            "own limit",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779556485000000 0 -272923667367849 7.5 1779548833000000 5"
        },

        // After the limit how many numbers follow, and what is used; then of each segment when the last permit was taken in it,
        // and what is used in it.
        {
            "sliding",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779556485000000 0 -130285284884842 -10 2 5 1779545233000000 5"
        },

        // After the limit the debt in parts of a microsecond, the moment at which it was that, the tokens ever taken and given back.
        {
            "bucket",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779553650000000 0 -272923667367851 -10 943718400000000 1779545233000000 5 0"
        },

        // After the limit how many numbers follow, and what is held; then of each request its number, permits, and their end.
        {
            "concurrency",
            "ratelimit:api:user:5:{37b1Qe-C6RABWfEqhOY11A}",
            "1779545233000000 1779552502500000 0 -157616239579364 -10 6 5 # 3 1779545293000000 # 2 1779545293000000"
        },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Format_OfEachAlgorithm_IsFixed(string algorithm, string key, string state)
    {
        var server = await SharedRedis.GetAsync();
        var runner = await TestedRunner.ConnectAsync(server, groupsCalls: false);
        var context = TestPlan.Create(new ManualTimeProvider(), "api", QuotaOf(algorithm));
        using var partitions = RedisTesting.PartitionsOf(context, new TimedRunner(runner, () => Now));
        var alice = new RateLimitPrincipal("user", "alice");
        var actual = (string)new RedisKeys(context.Plan, new()).Of(alice)!;
        await server.CommandAsync("DEL", actual);
        double[] limits = algorithm == "own limit" ? [7.5] : [];
        await partitions.AcquireAsync(new AcquireArguments(alice, new long[] { 3 }, limits), new RateLimitDecision());
        await partitions.AcquireAsync(new AcquireArguments(alice, new long[] { 2 }, limits), new RateLimitDecision());

        Assert.Equal((key, state), (actual, Numbers(await server.CommandAsync("GET", actual), algorithm)));
    }

    [Fact]
    public async Task Format_OfBans_IsFixed()
    {
        var server = await SharedRedis.GetAsync();
        var runner = await TestedRunner.ConnectAsync(server, groupsCalls: false);
        var context = TestPlan.Create(new ManualTimeProvider(), "banning", Quota.FixedWindow("q", 10, Hour));
        using var partitions = RedisTesting.PartitionsOf(context, new TimedRunner(runner, () => Now));
        await server.CommandAsync("DEL", "ratelimit:banning:user:bans");
        var alice = partitions.BanNameOf(new RateLimitPrincipal("user", "alice"));
        await partitions.BanAsync(alice, Hour);
        await partitions.BanAsync(partitions.BanNameOf(new RateLimitPrincipal("user", "bob")), 2 * Hour);
        await partitions.BanAsync(alice, TimeSpan.Zero);

        // The version of the last change; then of each caller the version of its change, the end of its ban, the end that it had before
        // it was lifted, and its name.
        var bytes = Encoding.Latin1.GetBytes(await server.CommandAsync("GET", "ratelimit:banning:user:bans"));
        Assert.Equal(8 + (2 * 46), bytes.Length);
        Assert.Equal(
            "1779545233000002, 1779545233000001 1779552433000000 1779552433000000 ysL2iEbLc--ohXYPUCNZNw, "
                + "1779545233000002 1779545233000000 1779548833000000 37b1Qe-C6RABWfEqhOY11A",
            $"{Doubles(bytes[..8])}, {Entry(bytes[8..54])}, {Entry(bytes[54..])}");

        static string Entry(byte[] bytes) => $"{Doubles(bytes[..24])} {Encoding.ASCII.GetString(bytes[24..])}";
    }

    [Fact]
    public async Task Bans_AfterTheyHaveEnded_AreRemovedByTheNextBan()
    {
        var server = await SharedRedis.GetAsync();
        var runner = await TestedRunner.ConnectAsync(server, groupsCalls: false);
        var context = TestPlan.Create(new ManualTimeProvider(), "ending", Quota.FixedWindow("q", 10, Hour));
        var present = Now;
        using var partitions = RedisTesting.PartitionsOf(context, new TimedRunner(runner, () => present));
        await server.CommandAsync("DEL", "ratelimit:ending:user:bans");
        await partitions.BanAsync(partitions.BanNameOf(new RateLimitPrincipal("user", "alice")), Minute);

        present += (long)Minute.TotalMicroseconds;
        await partitions.BanAsync(partitions.BanNameOf(new RateLimitPrincipal("user", "bob")), Minute);

        Assert.Equal("54", await server.CommandAsync("STRLEN", "ratelimit:ending:user:bans"));
    }

    [Fact]
    public async Task Format_OfRejections_IsFixed()
    {
        var server = await SharedRedis.GetAsync();
        var runner = await TestedRunner.ConnectAsync(server, groupsCalls: false);
        var context = TestPlan.Create(new ManualTimeProvider(), "rejecting", Quota.FixedWindow("q", 10, Hour));
        using var partitions = RedisTesting.PartitionsOf(context, new TimedRunner(runner, () => Now));
        const string Key = "ratelimit:rejecting:user:rejections:{37b1Qe-C6RABWfEqhOY11A}";
        await server.CommandAsync("DEL", Key);
        var alice = partitions.BanNameOf(new RateLimitPrincipal("user", "alice"));
        Assert.Equal(2, await partitions.AddRejectionsAsync(alice, 2, Hour));
        Assert.Equal("1779548833000000 2", await StateAsync());

        // Of a server whose terms have changed.
        Assert.Equal(3, await partitions.AddRejectionsAsync(alice, 1, Minute));
        Assert.Equal("1779545293000000 3", await StateAsync());

        async Task<string> StateAsync() => Doubles(Encoding.Latin1.GetBytes(await server.CommandAsync("GET", Key)));
    }

    private static Quota QuotaOf(string algorithm) => algorithm switch
    {
        "fixed" or "own limit" => Quota.FixedWindow("q", 10, Hour),
        "aligned" => Quota.FixedWindow("q", 10, Hour, alignToClock: true),
        "calendar" => Quota.CalendarWindow("q", 10, CalendarPeriod.Day),
        "sliding" => Quota.SlidingWindow("q", 10, Hour),
        "bucket" => Quota.TokenBucket("q", 10, Hour),
        _ => Quota.Concurrency("q", 10),
    };

    private static string Numbers(string state, string algorithm)
    {
        // The numbers of what requests hold are random.
        var numbers = Doubles(Encoding.Latin1.GetBytes(state)).Split(' ');
        return string.Join(' ', numbers.Select((number, i) => algorithm == "concurrency" && i is 7 or 10 ? "#" : number));
    }

    private static string Doubles(byte[] bytes)
    {
        Assert.Equal(0, bytes.Length % sizeof(double));
        return string.Join(' ', Enumerable.Range(0, bytes.Length / sizeof(double))
            .Select(i => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double))).ToString("R", CultureInfo.InvariantCulture)));
    }
}
