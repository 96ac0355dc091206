using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CatalogTests
{
    [Fact]
    public async Task Policies_OfAllKinds_AreListedWithPlansQuotasAndFields()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(who => who.FromClaim("token", "access-token").FromUser())
            .AddPolicy("api", policy => policy
                .Resource("core")
                .For("access-token", plan => plan
                    .TokenBucket("burst", 20, 0.5).SlidingWindow("hourly", _ => 5, Hour).Concurrency("parallel", 3).WithoutHeaders())
                .ForAnonymous(plan => plan.Exempt())
                .ForOthers(plan => plan.FixedWindow("bytes", 952.38, Hour, unit: QuotaUnits.ContentBytes).WithHeaders(HeadersWhen.NearLimit)))
            .AddPolicy<string>("own", _ => RateLimitPartition.GetNoLimiter(""))
            .Headers(headers => headers.XRateLimit().Ietf()));

        Assert.Equal(
            """
            api (core)
              access-token: no fields
                burst: TokenBucket, 20 requests in 00:00:40
                hourly: SlidingWindow, by caller requests in 01:00:00
                parallel: Concurrency, 3 concurrent-requests
              user: X-RateLimit-Limit NearLimit, X-RateLimit-Remaining NearLimit, X-RateLimit-Reset NearLimit, RateLimit NearLimit, RateLimit-Policy NearLimit
                bytes: FixedWindow, 952.38 content-bytes in 01:00:00
              anonymous, exempt: no fields
            own (own), own limiters, 503
              all: X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Always, RateLimit Always, RateLimit-Policy Always
            """,
            CatalogText.Of(Catalog(api).Policies));
    }

    [Theory]
    [InlineData(false, "no fields")]
    [InlineData(true, "Beta-X-RateLimit-Limit Always, Beta-X-RateLimit-Remaining Always, Beta-X-RateLimit-Reset Always")]
    public async Task Plans_ReportOnlyOrPartlyEnforced_AreListedWithTheirShareAndFields(bool haveFields, string fields)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.FromIpAddress())
                .AddPolicy("search", policy => policy.ReportOnly().FixedWindow("q", 1, Hour))
                .AddPolicy("share", policy => policy.EnforceFor(0.25).FixedWindow("q", 2, Hour))
                .AddPolicy<string>("own", policy => RateLimitPartition.GetNoLimiter(""))
                .Headers(headers => _ = haveFields ? headers.XRateLimit().Reason().ReportOnly() : headers.XRateLimit()),
            app => app.MapGet("/", () => "").RequireRateLimiting("search"));

        var policies = Catalog(api).Policies;
        Assert.Equal(
            $"""
            search (search)
              anonymous, enforced for 0: {fields}
                q: FixedWindow, 1 requests in 01:00:00
            share (share)
              anonymous, enforced for 0.25: X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Always{(haveFields ? ", RateLimit-Reason Rejected" : "")}
                q: FixedWindow, 2 requests in 01:00:00
            own (own), own limiters, 503
              all: X-RateLimit-Limit Always, X-RateLimit-Remaining Always, X-RateLimit-Reset Always{(haveFields ? ", RateLimit-Reason Rejected" : "")}
            """,
            CatalogText.Of(policies));
        Assert.Equal([0, 0.25, 1], policies.Select(policy => policy.Plans[0].Enforce));
        Assert.Equal(
            (await api.SendAsync()).LimitHeaders.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]),
            policies[0].Plans[0].Fields.Select(field => field.Name));
    }

    [Fact]
    public async Task Policy_OfReportOnlyLimitersOfTheApplication_IsNeverUnavailable()
    {
        await using var api = await TestApi.StartAsync(limits => limits.ReportOnly().AddPolicy<string>("own", _ => throw new InvalidOperationException()));
        Assert.Equal(
            """
            own (own), own limiters
              all, enforced for 0: no fields
            """,
            CatalogText.Of(Catalog(api).Policies));
    }

    [Fact]
    public async Task Plan_OfAnExemptTokenType_IsEnforcedForNone()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy.ForOthers(plan => plan.Exempt())));
        Assert.Equal([(true, 0.0), (true, 0.0)], Catalog(api).Policies[0].Plans.Select(plan => (plan.IsExempt, plan.Enforce)));
    }

    [Fact]
    public async Task Endpoint_WithEachKindOfChoice_HasThePoliciesThatLimitItsRequests()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("a", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("b", policy => policy.FixedWindow("q", 2, Hour))
                .DefaultPolicy("a"),
            app =>
            {
                app.MapGet("/default", () => "");
                app.MapGet("/required", () => "").RequireRateLimiting("b");
                app.MapGet("/configured", () => "").RequireRateLimiting("a");
                app.MapGet("/exempt", () => "").RequireRateLimiting("a");
                app.MapGet("/disabled", () => "").DisableRateLimiting();
            },
            services => services.Configure<RateLimitHeadersOptions>(options =>
            {
                options.Policies["b"].Endpoints.Add("/configured");
                options.ExemptEndpoints.Add("GET /exempt");
            }));

        var endpoints = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        Assert.Equal(
            ["/default: a", "/required: b", "/configured: b", "/exempt: ", "/disabled: "],
            endpoints.Select(endpoint =>
                $"{endpoint.RoutePattern.RawText}: {string.Join(',', Catalog(api).PoliciesOf(endpoint).Select(policy => policy.Name))}"));
    }

    [Fact]
    public async Task Policies_AfterAReload_AreThoseInForce()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "3/1h" } } }""");
        await using var api = await configuration.StartAsync();
        var before = Catalog(api).Policies;
        Assert.Same(before, Catalog(api).Policies);
        Assert.Equal(3, before[0].Plans[0].Quotas[0].Limit);

        api.Change(configuration, """{ "Headers": { "When": "Never" }, "Quotas": { "q": { "Rate": "5/1h" } } }""");

        Assert.Equal(
            """
            default (default)
              user: no fields
                q: FixedWindow, 5 requests in 01:00:00
              anonymous: no fields
                q: FixedWindow, 5 requests in 01:00:00
            """,
            CatalogText.Of(Catalog(api).Policies));
        Assert.Equal(3, before[0].Plans[0].Quotas[0].Limit);
    }

    [Fact]
    public async Task Policies_OfLimitsGivenToThePipeline_AreThoseOfThePipeline()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRateLimitHeaders();
        await using var app = builder.Build();
        var catalog = app.Services.GetRequiredService<IRateLimitCatalog>();
        var early = Assert.Throws<RateLimitConfigurationException>(() => catalog.Policies);
        Assert.Equal("RLH0001", Assert.Single(early.Errors).Id);

        app.UseRateLimitHeaders(limits => limits.FixedWindow("q", 7, Hour));

        Assert.Equal(7, catalog.Policies[0].Plans[0].Quotas[0].Limit);
    }

    [Theory]
    [InlineData(StoreUnavailable.Reject, true)]
    [InlineData(StoreUnavailable.Admit, false)]
    [InlineData(StoreUnavailable.LimitInMemory, false)]
    public async Task Policy_WithAStore_CanBeUnavailableWhereOutagesReject(StoreUnavailable when, bool canBeUnavailable)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("limited", policy => policy.FixedWindow("q", 7, Hour))
                .AddPolicy("exempt", policy => policy.ForOthers(plan => plan.Exempt()))
                .AddPolicy("report", policy => policy.ReportOnly().FixedWindow("q", 7, Hour))
                .AddPolicy("share", policy => policy.EnforceFor(0.25).FixedWindow("q", 7, Hour)),
            services: services => services.AddRateLimitHeaders().AddStore(
                new DictionaryStore(new RateLimitStoreOptions { WhenUnavailable = when })));

        Assert.Equal([canBeUnavailable, false, false, canBeUnavailable], Catalog(api).Policies.Select(policy => policy.CanBeUnavailable));
    }

    [Fact]
    public async Task Policy_WhoseRejectionsTheApplicationWrites_WritesNoProblemDetails()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 1, Hour));
        await using var other = await TestApi.StartAsync(limits => limits.FixedWindow("q", 1, Hour).OnRejected(_ => default));
        Assert.Equal([true, false], new[] { api, other }.Select(one => Catalog(one).Policies[0].WritesProblemDetails));
    }

    [Fact]
    public async Task Policy_WithARejectionOfItsOwn_HasItsStatusAndWhetherThereAreProblemDetails()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("plain", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("status", policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection => rejection.StatusCode = 403))
                .AddPolicy("body", policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection => rejection.Body = "no"))
                .AddPolicy("none", policy => policy.FixedWindow("q", 1, Hour).Rejection(rejection => rejection.Body = ""))
                .AddPolicy("function", policy => policy.FixedWindow("q", 1, Hour).OnRejected(_ => default)));

        Assert.Equal(
            ["plain 429 True", "status 403 True", "body 429 False", "none 429 False", "function 429 False"],
            Catalog(api).Policies.Select(policy => $"{policy.Name} {policy.StatusCode} {policy.WritesProblemDetails}"));
    }

    [Fact]
    public async Task PoliciesOf_WithoutEndpoint_Throws()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 1, Hour));
        Assert.Throws<ArgumentNullException>("endpoint", () => Catalog(api).PoliciesOf(null!));
        Assert.Equal("default", Assert.Single(Catalog(api).PoliciesOf(new Endpoint(null, null, "late"))).Name);
    }

    private static IRateLimitCatalog Catalog(TestApi api) => api.Services.GetRequiredService<IRateLimitCatalog>();
}
