using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class OptionsTests
{
    [Fact]
    public void Options_Defaults()
    {
        var options = new RateLimitHeadersOptions();
        Assert.Equal(250_000, options.MaxPartitions);
        Assert.Null(options.DefaultPolicy);
        Assert.Empty(options.Quotas);
        Assert.Empty(options.Policies);
        Assert.Empty(options.Principals);
        Assert.Null(options.ExemptWhen);
        Assert.Null(options.OnRejected);
        Assert.Null(options.TimeProvider);

        var headers = options.Headers;
        Assert.Equal((HeadersWhen.Always, 0.2, null, TimeSpan.Zero), (headers.When, headers.NearLimit, headers.AdvertisedRate, headers.Jitter));
        Assert.Equal((XRateLimitFields.None, "X-RateLimit-", ResetFormat.UnixSeconds), (headers.XRateLimit.Fields, headers.XRateLimit.Prefix, headers.XRateLimit.Reset));
        Assert.Empty(headers.XRateLimit.Names);
        Assert.Equal((IetfDraft.None, false, null), (headers.Ietf.Draft, headers.Ietf.IncludePartitionKey, headers.Ietf.PartitionKeySecret));

        var policy = new PolicyOptions();
        Assert.Equal((null, null, null, 1), (policy.Resource, policy.Headers, policy.PlanForOthers, policy.Cost));
        Assert.Empty(policy.Quotas);
        Assert.Empty(policy.Plans);
        Assert.Empty(policy.Costs);

        var plan = new PlanOptions();
        Assert.Equal((null, false), (plan.Headers, plan.IsExempt));
        Assert.Empty(plan.Quotas);

        var quota = new QuotaOptions();
        Assert.Equal((QuotaAlgorithm.FixedWindow, 0, null, null), (quota.Algorithm, quota.PermitLimit, quota.Window, quota.RefillPerSecond));
        Assert.Equal((12, false, "requests"), (quota.Segments, quota.AlignToClock, quota.Unit));
        Assert.Equal(
            (0, QueueProcessingOrder.OldestFirst, TimeSpan.FromSeconds(1)), (quota.QueueLimit, quota.QueueProcessingOrder, quota.RetryAfter));
    }

    [Fact]
    public void Definition_OfDefaults_HasTheValuesOfTheReadme()
    {
        var definition = Definitions.Of(limits => limits.FixedWindow(100, Minute));

        Assert.Equal([new UserRule("user")], definition.Principals.Rules);
        Assert.Equal(new AddressRule("anonymous", 64), definition.Principals.Address);
        Assert.Equal(("default", 250_000, TimeProvider.System), (definition.DefaultPolicy, definition.MaxPartitions, definition.TimeProvider));
        Assert.Equal(
            new HeadersDefinition(
                new XRateLimitSettings("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", null, null, null, ResetFormat.UnixSeconds, HasWholeLimit: false)
                {
                    RemainingName = "X-RateLimit-Remaining",
                    AllNames =
                    [
                        "X-RateLimit-Limit",
                        "X-RateLimit-Remaining",
                        "X-RateLimit-Reset",
                        "X-RateLimit-Used",
                        "X-RateLimit-Resource",
                        "X-RateLimit-NearLimit",
                    ],
                },
                Ietf: null,
                NearLimit: 0.2,
                double.PositiveInfinity,
                TimeSpan.Zero),
            definition.Headers);
        var policy = Assert.Single(definition.Policies);
        Assert.Equal(("default", "default", null), (policy.Name, policy.Resource, policy.Foreign));
        Assert.Equal([("user", HeadersWhen.Always, false), ("anonymous", HeadersWhen.Always, false)], policy.Plans.Select(plan => (plan.TokenType, plan.Headers, plan.IsExempt)));
        Assert.All(policy.Plans, plan => Assert.Equal([Quota.FixedWindow("default", 100, Minute)], plan.Quotas));
    }

    [Fact]
    public void Options_OfConfiguration_AreThoseOfTheBuilders()
    {
        var options = new RateLimitHeadersOptions();
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MaxPartitions"] = "10",
            ["DefaultPolicy"] = "api",
            ["Headers:When"] = "NearLimit",
            ["Headers:NearLimit"] = "0.1",
            ["Headers:AdvertisedRate"] = "2.5",
            ["Headers:Jitter"] = "00:00:02",
            ["Headers:XRateLimit:Fields"] = "Limit, Remaining",
            ["Headers:XRateLimit:Prefix"] = "X-Rate-Limit-",
            ["Headers:XRateLimit:Names:Remaining"] = "X-Left",
            ["Headers:XRateLimit:Reset"] = "Iso8601",
            ["Headers:Ietf:Draft"] = "Draft11",
            ["Headers:Ietf:IncludePartitionKey"] = "true",
            ["Headers:Ietf:PartitionKeySecret"] = "AAECAwQFBgcICQoLDA0ODw==",
            ["Policies:api:Resource"] = "everything",
            ["Policies:api:Cost"] = "2",
            ["Policies:api:Costs:bytes"] = "0",
            ["Policies:api:Plans:user:Headers"] = "Never",
            ["Policies:api:Plans:user:Quotas:hourly:Algorithm"] = "SlidingWindow",
            ["Policies:api:Plans:user:Quotas:hourly:PermitLimit"] = "952.38",
            ["Policies:api:Plans:user:Quotas:hourly:Window"] = "01:00:00",
            ["Policies:api:Plans:user:Quotas:hourly:Segments"] = "60",
            ["Policies:api:Plans:user:Quotas:bytes:PermitLimit"] = "1000",
            ["Policies:api:Plans:user:Quotas:bytes:Window"] = "1.00:00:00",
            ["Policies:api:Plans:user:Quotas:bytes:AlignToClock"] = "true",
            ["Policies:api:Plans:user:Quotas:bytes:Unit"] = "content-bytes",
            ["Policies:api:Plans:anonymous:IsExempt"] = "true",
            ["Policies:slow:PlanForOthers:Quotas:slots:Algorithm"] = "Concurrency",
            ["Policies:slow:PlanForOthers:Quotas:slots:PermitLimit"] = "2",
            ["Policies:slow:PlanForOthers:Quotas:slots:QueueLimit"] = "3",
            ["Policies:slow:PlanForOthers:Quotas:slots:QueueProcessingOrder"] = "NewestFirst",
            ["Policies:slow:PlanForOthers:Quotas:slots:RetryAfter"] = "00:00:05",
            ["Policies:slow:PlanForOthers:Quotas:burst:Algorithm"] = "TokenBucket",
            ["Policies:slow:PlanForOthers:Quotas:burst:PermitLimit"] = "20",
            ["Policies:slow:PlanForOthers:Quotas:burst:RefillPerSecond"] = "0.5",
        }).Build().Bind(options);

        // A provider of configuration gives keys by their order in the alphabet.
        var built = Definitions.Of(limits => limits
            .MaxPartitions(10)
            .AddPolicy("api", policy => policy
                .Resource("everything")
                .Cost(2)
                .Cost("bytes", 0)
                .Exempt("anonymous")
                .For("user", plan => plan
                    .FixedWindow("bytes", 1000, TimeSpan.FromDays(1), alignToClock: true, unit: QuotaUnits.ContentBytes)
                    .SlidingWindow("hourly", 952.38, TimeSpan.FromHours(1), segments: 60)
                    .WithoutHeaders()))
            .AddPolicy("slow", policy => policy.ForOthers(plan => plan
                .TokenBucket("burst", 20, 0.5)
                .Concurrency("slots", 2, queueLimit: 3, QueueProcessingOrder.NewestFirst, TimeSpan.FromSeconds(5))))
            .DefaultPolicy("api")
            .Headers(headers => headers
                .When(HeadersWhen.NearLimit)
                .NearLimit(0.1)
                .CapAdvertisedRate(2.5)
                .Jitter(TimeSpan.FromSeconds(2))
                .XRateLimit(x =>
                {
                    x.Fields = XRateLimitFields.Limit | XRateLimitFields.Remaining;
                    x.Prefix = "X-Rate-Limit-";
                    x.Reset = ResetFormat.Iso8601;
                    x.Rename(XRateLimitFields.Remaining, "X-Left");
                })
                .Ietf(ietf => ietf.PartitionKey(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }))));
        Assert.Equal(built, Definitions.Of(options));
    }

    [Fact]
    public void Options_QuotasOfConfiguration_AreADefaultPolicy()
    {
        var options = new RateLimitHeadersOptions();
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Quotas:default:PermitLimit"] = "100",
            ["Quotas:default:Window"] = "00:01:00",
        }).Build().Bind(options);

        Assert.Equal(Definitions.Of(limits => limits.FixedWindow(100, Minute)), Definitions.Of(options));
    }

    [Fact]
    public async Task Options_ConfiguredBesideTheBuilder_AddUpInTheirOrder()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, Minute).Headers(headers => headers.XRateLimit(x => x.Prefix = "X-First-")),
            services: services =>
            {
                services.Configure<RateLimitHeadersOptions>(options =>
                {
                    options.Quotas["default"].PermitLimit = 7;
                    options.Headers.XRateLimit.Prefix = "X-Second-";
                });
                services.AddRateLimitHeaders(limits => limits.Headers(headers => headers.XRateLimit(x => x.Prefix = "X-Third-")));
            });

        Assert.Equal("7", (await api.SendAsync())["X-Third-Limit"]);
    }

    [Fact]
    public async Task Options_ConfiguredBesideTheBuilder_AreChecked()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.FixedWindow(5, Minute),
            services: services => services.Configure<RateLimitHeadersOptions>(options => options.MaxPartitions = -10));

        Assert.Equal([new("RLH0002", "MaxPartitions", "MaxPartitions is -10; give 1 or more.")], exception.Errors);
    }
}
