using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class QuotaErrorTests
{
    private const string Printable = "RFC 9651 allows only ASCII characters from space to tilde; give";
    private const string AboveZero = "give a time above zero, such as TimeSpan.FromMinutes(1).";
    private const string TooLong = "give at most 36525 days, the longest that can be represented.";

    private static readonly TimeSpan s_tooLong = TimeSpan.FromDays(36_526);

    private static readonly Dictionary<string, (Action<RateLimitsBuilder> Limits, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["limit 0"] = (limits => limits.FixedWindow(0, Minute), Limit("default", "0")),
        ["limit below 1"] = (limits => limits.FixedWindow(0.5, Minute), Limit("default", "0.5")),
        ["limit negative"] = (limits => limits.SlidingWindow(-1, Minute), Limit("default", "-1")),
        ["limit NaN"] = (limits => limits.FixedWindow(double.NaN, Minute), Limit("default", "NaN")),
        ["limit too large"] = (limits => limits.FixedWindow(1e15, Minute), Limit("default", "1000000000000000")),
        ["capacity 0"] = (limits => limits.TokenBucket(0, 1), Limit("default", "0")),
        ["slots 0"] = (limits => limits.Concurrency("slots", 0), Limit("slots", "0")),
        ["window zero"] = (limits => limits.FixedWindow(1, TimeSpan.Zero), Window("default", "00:00:00", AboveZero)),
        ["window negative"] = (limits => limits.FixedWindow(1, -Minute), Window("default", "-00:01:00", AboveZero)),
        ["window too long"] = (limits => limits.FixedWindow(1, s_tooLong), Window("default", "36526.00:00:00", TooLong)),
        ["sliding window zero"] = (limits => limits.SlidingWindow(1, TimeSpan.Zero), Window("default", "00:00:00", AboveZero)),
        ["sliding window too long"] = (limits => limits.SlidingWindow("q", _ => 1, s_tooLong), Window("q", "36526.00:00:00", TooLong)),
        ["window of a limit that depends on the caller"] = (
            limits => limits.FixedWindow("q", _ => 1, TimeSpan.Zero), Window("q", "00:00:00", AboveZero)),
        ["period zero"] = (limits => limits.TokenBucket("q", 1, TimeSpan.Zero), Window("q", "00:00:00", AboveZero)),
        ["period too long"] = (limits => limits.TokenBucket("q", _ => 1, s_tooLong), Window("q", "36526.00:00:00", TooLong)),
        ["retryAfter zero"] = (
            limits => limits.Concurrency("slots", 1, retryAfter: TimeSpan.Zero),
            new("RLH0206", "Quotas:slots:RetryAfter", "RetryAfter is 00:00:00; " + AboveZero)),
        ["segments 0"] = (
            limits => limits.SlidingWindow(1, Minute, segments: 0),
            new("RLH0203", "Quotas:default:Segments", "Segments is 0; give a number from 1 to 1000.")),
        ["segments 1,001"] = (
            limits => limits.SlidingWindow(1, Minute, segments: 1001),
            new("RLH0203", "Quotas:default:Segments", "Segments is 1001; give a number from 1 to 1000.")),
        ["segments shorter than a tick"] = (
            limits => limits.SlidingWindow(1, TimeSpan.FromTicks(11)),
            new("RLH0203", "Quotas:default:Segments", "Segments is 12; give fewer segments than the window has ticks of 100 ns.")),
        ["refill 0"] = (limits => limits.TokenBucket(1, 0), Refill("0", "give a rate above 0.")),
        ["refill negative"] = (limits => limits.TokenBucket(1, -0.5), Refill("-0.5", "give a rate above 0.")),
        ["refill NaN"] = (limits => limits.TokenBucket(1, double.NaN), Refill("NaN", "give a rate above 0.")),
        ["refill too slow"] = (
            limits => limits.TokenBucket(1_000_000_000, 0.25), Refill("0.25", "give a rate that fills the bucket within 36525 days.")),
        ["refill too fast"] = (
            limits => limits.TokenBucket(1, 1e11),
            Refill("100000000000", "give a rate that takes 100 ns or more to fill the bucket, or no quota at all.")),
        ["queueLimit negative"] = (
            limits => limits.Concurrency("slots", 1, queueLimit: -1, QueueProcessingOrder.NewestFirst),
            new("RLH0205", "Quotas:slots:QueueLimit", "QueueLimit is -1; give 0 to reject at once, or a positive number to wait.")),
        ["order of the queue undefined"] = (
            limits => limits.Concurrency("slots", 1, queueProcessingOrder: (QueueProcessingOrder)7),
            new("RLH0006", "Quotas:slots:QueueProcessingOrder", "QueueProcessingOrder is 7; give a value of QueueProcessingOrder.")),
        ["name not ASCII"] = (limits => limits.FixedWindow("h\u00e9", 1, Minute), Name("h\u00e9")),
        ["name with a line break"] = (limits => limits.FixedWindow("a\nb", 1, Minute), Name("a\nb")),
        ["name empty"] = (limits => limits.Concurrency("", 1), Name("")),
        ["unit not ASCII"] = (
            limits => limits.FixedWindow("q", 1, Minute, unit: "\u00b5"),
            new("RLH0208", "Quotas:q:Unit", $"Unit is \"\u00b5\"; {Printable} one of QuotaUnits.")),
        ["unit null"] = (
            limits => limits.FixedWindow("q", 1, Minute, unit: null!),
            new("RLH0208", "Quotas:q:Unit", $"Unit is null; {Printable} one of QuotaUnits.")),
        ["reason not ASCII"] = (
            limits => limits.FixedWindow(1, Minute).Reason("default", "Zu viele Anfragen f\u00fcr heute"), Reason("Zu viele Anfragen f\u00fcr heute")),
        ["reason with a line break"] = (limits => limits.FixedWindow(1, Minute).Reason("default", "a\r\nSet-Cookie: b"), Reason("a\r\nSet-Cookie: b")),
        ["reason empty"] = (limits => limits.FixedWindow(1, Minute).Reason("default", ""), Reason("")),
        ["two quotas of one name"] = (
            limits => limits.FixedWindow(1, Minute).TokenBucket(1, 1),
            new("RLH0210", "Quotas:default", "Several quotas are named \"default\"; give each a name of its own.")),
        ["three quotas of one name"] = (
            limits => limits.FixedWindow(1, Minute).TokenBucket(1, 1).SlidingWindow(1, Minute),
            new("RLH0210", "Quotas:default", "Several quotas are named \"default\"; give each a name of its own.")),
        ["two concurrency quotas"] = (
            limits => limits.Concurrency("a", 1).Concurrency("b", 1),
            new("RLH0211", "Quotas", "There are several concurrency quotas, of which only the smallest would count; keep that one.")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Quota_Unusable_StopsTheStart(string rule)
    {
        var (limits, error) = s_rules[rule];

        Assert.Equal(error, await Misconfigured.ErrorAsync(limits));
    }

    [Fact]
    public async Task Quota_OfAPolicyOrAPlan_IsFoundWhereItIs()
    {
        var exception = await Misconfigured.StartAsync(limits => limits
            .AddPolicy("a", policy => policy.FixedWindow(0, Minute))
            .AddPolicy("b", policy => policy
                .For("user", plan => plan.FixedWindow("q", 0, Minute))
                .ForOthers(plan => plan.FixedWindow(0, Minute))));

        Assert.Equal(
            [
                "Policies:a:Quotas:default:PermitLimit",
                "Policies:b:Plans:user:Quotas:q:PermitLimit",
                "Policies:b:PlanForOthers:Quotas:default:PermitLimit",
            ],
            exception.Errors.Select(error => error.Path));
        Assert.All(exception.Errors, error => Assert.Equal(Limit("default", "0") with { Path = error.Path }, error));
    }

    [Fact]
    public async Task Quota_RepeatedInAPlan_IsFoundWhereItIs() => Assert.Equal(
        new("RLH0210", "Policies:default:PlanForOthers:Quotas:q", "Several quotas are named \"q\"; give each a name of its own."),
        await Misconfigured.ErrorAsync(limits => limits.DefaultPolicy(policy => policy
            .ForOthers(plan => plan.FixedWindow("q", 1, Minute).FixedWindow("q", 2, Minute)))));

    [Fact]
    public void Quota_WithoutAName_Throws() => Assert.Throws<ArgumentNullException>("name", () => RateLimitsBuilder.Configure(
        new RateLimitHeadersOptions(), NoServices.Instance, limits => limits.FixedWindow(null!, 1, Minute)));

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

    private static RateLimitConfigurationError Limit(string quota, string limit) => new(
        "RLH0201",
        $"Quotas:{quota}:PermitLimit",
        $"PermitLimit is {limit}; give a limit from 1 to 999,999,999,999,999, or no quota at all.");

    private static RateLimitConfigurationError Window(string quota, string window, string remedy) =>
        new("RLH0202", $"Quotas:{quota}:Window", $"Window is {window}; {remedy}");

    private static RateLimitConfigurationError Reason(string reason) => new(
        "RLH0324",
        "Quotas:default:Reason",
        $"Reason is \"{reason}\"; give a text of printable ASCII characters, which a header field can hold, or none.");

    private static RateLimitConfigurationError Refill(string rate, string remedy) =>
        new("RLH0204", "Quotas:default:RefillPerSecond", $"RefillPerSecond is {rate}; {remedy}");

    private static RateLimitConfigurationError Name(string name) =>
        new("RLH0207", $"Quotas:{name}", $"Name is \"{name}\"; {Printable} a name of those.");
}
