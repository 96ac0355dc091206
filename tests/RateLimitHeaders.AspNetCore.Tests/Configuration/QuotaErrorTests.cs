using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class QuotaErrorTests
{
    private const string Printable = "RFC 9651 prints only ASCII characters from space to tilde; give";
    private const string LimitRemedy = "give a limit from 1 to 999,999,999,999,999, or no quota at all.";
    private const string AboveZero = "give a time above zero, such as TimeSpan.FromMinutes(1).";
    private const string TooLong = "give at most 36525 days, the longest that can be represented.";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_tooLong = TimeSpan.FromDays(36_526);

    private static readonly Dictionary<string, (Action<RateLimitHeadersBuilder> Limits, string Finding)> s_rules = new()
    {
        ["limit 0"] = (limits => limits.FixedWindow(0, s_minute), "Quota \"default\": permitLimit is 0; " + LimitRemedy),
        ["limit below 1"] = (limits => limits.FixedWindow(0.5, s_minute), "Quota \"default\": permitLimit is 0.5; " + LimitRemedy),
        ["limit negative"] = (limits => limits.SlidingWindow(-1, s_minute), "Quota \"default\": permitLimit is -1; " + LimitRemedy),
        ["limit NaN"] = (limits => limits.FixedWindow(double.NaN, s_minute), "Quota \"default\": permitLimit is NaN; " + LimitRemedy),
        ["limit too large"] = (limits => limits.FixedWindow(1e15, s_minute), "Quota \"default\": permitLimit is 1000000000000000; " + LimitRemedy),
        ["capacity 0"] = (limits => limits.TokenBucket(0, 1), "Quota \"default\": permitLimit is 0; " + LimitRemedy),
        ["slots 0"] = (limits => limits.Concurrency("slots", 0), "Quota \"slots\": permitLimit is 0; " + LimitRemedy),
        ["window zero"] = (limits => limits.FixedWindow(1, TimeSpan.Zero), "Quota \"default\": window is 00:00:00; " + AboveZero),
        ["window negative"] = (limits => limits.FixedWindow(1, -s_minute), "Quota \"default\": window is -00:01:00; " + AboveZero),
        ["window too long"] = (limits => limits.FixedWindow(1, s_tooLong), "Quota \"default\": window is 36526.00:00:00; " + TooLong),
        ["sliding window zero"] = (limits => limits.SlidingWindow(1, TimeSpan.Zero), "Quota \"default\": window is 00:00:00; " + AboveZero),
        ["sliding window too long"] = (
            limits => limits.SlidingWindow("q", _ => 1, s_tooLong), "Quota \"q\": window is 36526.00:00:00; " + TooLong),
        ["window of a limit that depends on the caller"] = (
            limits => limits.FixedWindow("q", _ => 1, TimeSpan.Zero), "Quota \"q\": window is 00:00:00; " + AboveZero),
        ["period zero"] = (limits => limits.TokenBucket("q", 1, TimeSpan.Zero), "Quota \"q\": period is 00:00:00; " + AboveZero),
        ["period too long"] = (limits => limits.TokenBucket("q", _ => 1, s_tooLong), "Quota \"q\": period is 36526.00:00:00; " + TooLong),
        ["retryAfter zero"] = (
            limits => limits.Concurrency("slots", 1, retryAfter: TimeSpan.Zero), "Quota \"slots\": retryAfter is 00:00:00; " + AboveZero),
        ["segments 0"] = (
            limits => limits.SlidingWindow(1, s_minute, segments: 0), "Quota \"default\": segments is 0; give a number from 1 to 1000."),
        ["segments 1,001"] = (
            limits => limits.SlidingWindow(1, s_minute, segments: 1001), "Quota \"default\": segments is 1001; give a number from 1 to 1000."),
        ["segments shorter than a tick"] = (
            limits => limits.SlidingWindow(1, TimeSpan.FromTicks(11)),
            "Quota \"default\": segments is 12; give fewer segments than the window has ticks of 100 ns."),
        ["refill 0"] = (limits => limits.TokenBucket(1, 0), "Quota \"default\": refillPerSecond is 0; give a rate above 0."),
        ["refill negative"] = (limits => limits.TokenBucket(1, -0.5), "Quota \"default\": refillPerSecond is -0.5; give a rate above 0."),
        ["refill NaN"] = (limits => limits.TokenBucket(1, double.NaN), "Quota \"default\": refillPerSecond is NaN; give a rate above 0."),
        ["refill too slow"] = (
            limits => limits.TokenBucket(1_000_000_000, 0.25),
            "Quota \"default\": refillPerSecond is 0.25; give a rate that fills the bucket within 36525 days."),
        ["queueLimit negative"] = (
            limits => limits.Concurrency("slots", 1, queueLimit: -1, QueueProcessingOrder.NewestFirst),
            "Quota \"slots\": queueLimit is -1; give 0 to refuse at once, or a positive number to wait."),
        ["name not ASCII"] = (
            limits => limits.FixedWindow("h\u00e9", 1, s_minute), $"Quota \"h\u00e9\": name is \"h\u00e9\"; {Printable} a name of those."),
        ["name with a line break"] = (
            limits => limits.FixedWindow("a\nb", 1, s_minute), $"Quota \"a\nb\": name is \"a\nb\"; {Printable} a name of those."),
        ["name empty"] = (limits => limits.Concurrency("", 1), $"Quota \"\": name is \"\"; {Printable} a name of those."),
        ["name null"] = (limits => limits.FixedWindow(null!, 1, s_minute), $"Quota null: name is null; {Printable} a name of those."),
        ["unit not ASCII"] = (
            limits => limits.FixedWindow("q", 1, s_minute, unit: "\u00b5"), $"Quota \"q\": unit is \"\u00b5\"; {Printable} one of QuotaUnits."),
        ["two quotas of one name"] = (
            limits => limits.FixedWindow(1, s_minute).TokenBucket(1, 1),
            "Quota \"default\": name is \"default\"; 2 quotas have it; give each a name of its own."),
        ["two concurrency quotas"] = (
            limits => limits.Concurrency("a", 1).Concurrency("b", 1),
            "There are several concurrency quotas, of which only the smallest would count; keep that one."),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Quota_Unusable_StopsTheStart(string rule)
    {
        var (limits, finding) = s_rules[rule];

        var exception = await Misconfigured.StartAsync(limits);
        Assert.Equal($"Policy \"default\": {finding}", Assert.Single(exception.Findings));
    }

    [Fact]
    public async Task Quota_OfAPolicyOrAPlan_IsFoundWhereItIs()
    {
        var exception = await Misconfigured.StartAsync(limits => limits
            .AddPolicy("a", policy => policy.FixedWindow(0, s_minute))
            .AddPolicy("b", policy => policy
                .For("user", plan => plan.FixedWindow(0, s_minute))
                .ForOthers(plan => plan.FixedWindow(0, s_minute))));

        Assert.Equal(
            [
                "Policy \"a\": Quota \"default\": permitLimit is 0; " + LimitRemedy,
                "Policy \"b\", plan for \"user\": Quota \"default\": permitLimit is 0; " + LimitRemedy,
                "Policy \"b\", plan for others: Quota \"default\": permitLimit is 0; " + LimitRemedy,
            ],
            exception.Findings);
    }

    [Fact]
    public async Task Quota_AtTheEdges_IsUsable()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("a", 999_999_999_999_999, TimeSpan.FromDays(36_525))
            .SlidingWindow("b", 1, TimeSpan.FromTicks(1_000), segments: 1_000)
            .SlidingWindow("c", 1.5, TimeSpan.FromTicks(1), segments: 1)
            .TokenBucket("d", 1, 1 / TimeSpan.FromDays(36_525).TotalSeconds)
            .Concurrency(" ~", 1));

        Assert.Equal(200, (int)(await api.SendAsync()).Status);
    }
}
