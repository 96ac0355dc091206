using System.Security.Claims;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class DefinitionTests
{
    private static readonly Func<ClaimsPrincipal, bool> s_condition = _ => true;
    private static readonly Func<string, bool> s_validate = _ => true;
    private static readonly Func<HttpContext, string, ValueTask<string?>> s_validateAsync = (_, value) => new(value);
    private static readonly Func<HttpContext, RateLimitPrincipal?> s_resolve = _ => null;
    private static readonly Func<RateLimitCaller, double> s_limit = _ => 1;
    private static readonly Func<RateLimitCaller, long> s_cost = _ => 1;
    private static readonly Func<HttpContext, bool> s_exempt = _ => false;
    private static readonly Func<RateLimitRejection, ValueTask> s_rejected = _ => default;
    private static readonly Func<HttpContext, RateLimitPartition<int>> s_partitioner = _ => RateLimitPartition.GetNoLimiter(1);

    private static readonly TimeProvider s_time = new ManualTimeProvider();

    /// <summary>Changes of <see cref="Everything"/>, each of which makes another definition.</summary>
    private static readonly Dictionary<string, Action<RateLimitHeadersOptions>> s_changes = new()
    {
        ["MaxPartitions"] = options => options.MaxPartitions = 6,
        ["DefaultPolicy"] = options => options.DefaultPolicy = "foreign",
        ["LogCallers"] = options => options.LogCallers = true,
        ["ExemptWhen"] = options => options.ExemptWhen = null,
        ["OnRejected"] = options => options.OnRejected = null,
        ["TimeProvider"] = options => options.TimeProvider = null,
        ["principals in another order"] = options => options.Principals.Reverse(0, 2),
        ["token type"] = options => options.Principals[4] = new DelegateRule(s_resolve, ["partner", "client"]),
        ["condition of a claim"] = options => options.Principals[1] = new ClaimRule("a", "claim", _ => false),
        ["type of a claim"] = options => options.Principals[1] = new ClaimRule("b", "claim", s_condition),
        ["validator"] = options => options.Principals[2] = HeaderRule.Validated("X-Key", "key", _ => false),
        ["prefix of addresses"] = options => options.Principals[^1] = new AddressRule("anonymous", 48),
        ["When"] = options => options.Headers.When = HeadersWhen.Rejected,
        ["NearLimit"] = options => options.Headers.NearLimit = 0.4,
        ["AdvertisedRate"] = options => options.Headers.AdvertisedRate = null,
        ["Jitter"] = options => options.Headers.Jitter = TimeSpan.Zero,
        ["fields"] = options => options.Headers.XRateLimit.Fields |= XRateLimitFields.Used,
        ["prefix of fields"] = options => options.Headers.XRateLimit.Prefix = "Y-",
        ["name of a field"] = options => options.Headers.XRateLimit.Names.Clear(),
        ["format of Reset"] = options => options.Headers.XRateLimit.Reset = ResetFormat.HttpDate,
        ["partition key"] = options => options.Headers.Ietf.IncludePartitionKey = false,
        ["secret"] = options => options.Headers.Ietf.PartitionKeySecret![0]++,
        ["another policy"] = options => options.Policies.Add("new", new PolicyOptions { Quotas = { ["q"] = new() { PermitLimit = 1, Window = Minute } } }),
        ["one policy less"] = options => options.Policies.Remove("foreign"),
        ["resource"] = options => options.Policies["api"].Resource = null,
        ["headers of a policy"] = options => options.Policies["api"].Headers = HeadersWhen.Never,
        ["headers of a plan"] = options => options.Policies["api"].Plans["user"].Headers = null,
        ["exemption"] = options => options.Policies["api"].Plans.Remove("claim"),
        ["cost"] = options => options.Policies["api"].Cost = 2,
        ["cost of a quota"] = options => options.Policies["api"].Costs["q"] = 2,
        ["cost of endpoints"] = options => options.Policies["api"].EndpointCosts["/a"] = new() { Cost = 2 },
        ["reset"] = options => options.Policies["api"].ResetOnSuccess = true,
        ["debt"] = options => options.Policies["api"].Plans["user"].Quotas["q"].MaxDebt = 3,
        ["responses that count"] = options => options.Policies["api"].Plans["user"].Quotas["q"].CountOnly = CountedResponses.Failures,
        ["statuses that do not count"] = options => options.Policies["api"].Plans["user"].Quotas["q"].DoNotCount.Add(304),
        ["function of what counts"] = options => options.Policies["api"].Plans["user"].Quotas["q"].CountIf = _ => true,
        ["cost by a function"] = options => options.Policies["api"].DynamicCosts["s"] = _ => 2,
        ["quota of another name"] = options => options.Policies["api"].Plans["user"].Quotas.SetAt(1, "places", options.Policies["api"].Plans["user"].Quotas["slots"]),
        ["limit by a function"] = options => options.Policies["api"].PlanForOthers!.Quotas["s"].DynamicLimit = _ => 2,
        ["limit"] = options => options.Policies["api"].Plans["user"].Quotas["q"].PermitLimit = 11,
        ["window"] = options => options.Policies["api"].Plans["user"].Quotas["q"].Window = TimeSpan.FromMinutes(2),
        ["wait of a concurrency quota"] = options => options.Policies["api"].Plans["user"].Quotas["slots"].RetryAfter = Minute,
        ["queue"] = options => options.Policies["api"].Plans["user"].Quotas["slots"].QueueLimit = 2,
        ["foreign partitions"] = options => options.Policies["foreign"].Foreign = new ForeignPartitioner<int>(_ => RateLimitPartition.GetNoLimiter(2)),
    };

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Fact]
    public void Definition_OfEqualOptions_IsEqual()
    {
        var (one, other) = (Definitions.Of(Everything), Definitions.Of(Everything));

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Definition_OfOtherOptions_IsNotEqual(string change)
    {
        var options = Definitions.OptionsOf(Everything);
        s_changes[change](options);

        Assert.NotEqual(Definitions.Of(Everything), Definitions.Of(options));
    }

    [Fact]
    public void Definition_OfAnotherDraft_IsNotEqual() => Assert.NotEqual(
        Definitions.Of(limits => limits.FixedWindow(1, Minute).Headers(headers => headers.IetfDraft06())),
        Definitions.Of(limits => limits.FixedWindow(1, Minute).Headers(headers => headers.IetfDraft07())));

    [Fact]
    public void Definition_OfAnotherLimit_KeepsTheShapes()
    {
        var before = Definitions.Of(limits => limits.SlidingWindow("q", 10, Minute).Concurrency("slots", 1));
        var after = Definitions.Of(limits => limits.SlidingWindow("q", 20, Minute).Concurrency("slots", 2, queueLimit: 3));

        Assert.NotEqual(before, after);
        Assert.Equal(ShapesOf(before), ShapesOf(after));
    }

    [Fact]
    public void Definition_OfAnotherShape_KeepsNoShape()
    {
        var shapes = ShapesOf(Definitions.Of(limits => limits.SlidingWindow("q", 10, Minute))).Single();

        Assert.Equal(
            [
                shapes with { Name = "p" },
                shapes with { Window = 2 * Minute.Ticks },
                shapes with { Detail = 6 },
                shapes with { Unit = "content-bytes" },
                shapes with { Algorithm = QuotaAlgorithm.FixedWindow, Detail = 0 },
            ],
            new Action<RateLimitsBuilder>[]
            {
                limits => limits.SlidingWindow("p", 10, Minute),
                limits => limits.SlidingWindow("q", 10, 2 * Minute),
                limits => limits.SlidingWindow("q", 10, Minute, segments: 6),
                limits => limits.SlidingWindow("q", 10, Minute, unit: QuotaUnits.ContentBytes),
                limits => limits.FixedWindow("q", 10, Minute),
            }.Select(limits => ShapesOf(Definitions.Of(limits)).Single()));
    }

    [Fact]
    public void Definition_LimitByAFunction_StartsWithTheLeast()
    {
        var quota = Assert.Single(Definitions.Of(limits => limits.FixedWindow("q", s_limit, Minute)).Policies[0].Plans[0].QuotaDefinitions);

        Assert.Equal(new QuotaDefinition(Quota.FixedWindow("q", 1, Minute), s_limit), quota);
    }

    private static IEnumerable<QuotaShape> ShapesOf(RateLimitDefinition definition) => definition.Policies[0].Plans[0].Quotas.Select(quota => quota.Shape);

    private static void Everything(RateLimitsBuilder limits) => limits
        .MaxPartitions(5)
        .UseTimeProvider(s_time)
        .ExemptWhen(s_exempt)
        .OnRejected(s_rejected)
        .Principals(who => who
            .FromUser()
            .FromClaim("a", "claim", s_condition)
            .FromHeader("X-Key", "key", s_validate)
            .FromHeader("X-Other", "key", s_validateAsync)
            .From(s_resolve, "partner", "customer")
            .FromIpAddress(56))
        .AddPolicy("api", policy => policy
            .Resource("all")
            .Cost("s", s_cost)
            .Exempt("claim")
            .For("user", plan => plan.FixedWindow("q", 10, Minute).Concurrency("slots", 10, queueLimit: 1).WithHeaders(HeadersWhen.NearLimit))
            .ForOthers(plan => plan.SlidingWindow("s", s_limit, Minute)))
        .AddPolicy("foreign", s_partitioner)
        .DefaultPolicy("api")
        .Headers(headers => headers
            .XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-Most"))
            .Ietf(ietf => ietf.PartitionKey(new byte[16]))
            .CapAdvertisedRate(100)
            .Jitter(TimeSpan.FromSeconds(1)));
}
