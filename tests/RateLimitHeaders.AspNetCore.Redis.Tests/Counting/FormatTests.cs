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

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

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
            "1779545233000000 1779552500500000 0 -157616239579364 -10 6 5 # 3 1779545293000000 # 2 1779545293000000"
        },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Format_OfEachAlgorithm_IsFixed(string algorithm, string key, string state)
    {
        var server = await SharedRedis.GetAsync();
        var runner = await TestedRunner.ConnectAsync(server, groupsCalls: false);
        var options = new RedisStoreOptions { TestClock = () => Now };
        var context = TestPlan.Create(new ManualTimeProvider(), "api", QuotaOf(algorithm));
        using var partitions = new RedisPartitions(context, runner, new TakeGroups(runner, options.TestClock), options);
        var alice = new RateLimitPrincipal("user", "alice");
        var actual = (string)new RedisKeys(context.Plan, options).Of(alice)!;
        await server.CommandAsync("DEL", actual);
        await partitions.AcquireAsync(new AcquireArguments(alice, new long[] { 3 }, default), new RateLimitDecision());
        await partitions.AcquireAsync(new AcquireArguments(alice, new long[] { 2 }, default), new RateLimitDecision());

        Assert.Equal((key, state), (actual, Numbers(await server.CommandAsync("GET", actual), algorithm)));
    }

    private static Quota QuotaOf(string algorithm) => algorithm switch
    {
        "fixed" => Quota.FixedWindow("q", 10, s_hour),
        "sliding" => Quota.SlidingWindow("q", 10, s_hour),
        "bucket" => Quota.TokenBucket("q", 10, s_hour),
        _ => Quota.Concurrency("q", 10),
    };

    private static string Numbers(string state, string algorithm)
    {
        var bytes = Encoding.Latin1.GetBytes(state);
        Assert.Equal(0, bytes.Length % sizeof(double));
        var numbers = Enumerable.Range(0, bytes.Length / sizeof(double)).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)))).ToArray();
        return string.Join(' ', numbers.Select((number, i) => IsRandom(i) ? "#" : number.ToString("R", CultureInfo.InvariantCulture)));

        // The numbers of what requests hold are random.
        bool IsRandom(int place) => algorithm == "concurrency" && place is 7 or 10;
    }
}
