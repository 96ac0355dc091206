using System.Net;
using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a caller is told of itself at <c>MapRateLimitStatus</c>.</summary>
public class StatusTests
{
    private static readonly string[] s_user = ["sub=ada"];

    [Fact]
    public async Task Status_OfSeveralPolicies_IsGitHubsShapeAndAllQuotas()
    {
        await using var api = await StartAsync(limits => limits
            .DefaultPolicy(policy => policy
                .Resource("core")
                .For("user", plan => plan.FixedWindow("minute", 10, TimeSpan.FromMinutes(1)).SlidingWindow("hourly", 20.5, TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("minute", 5, TimeSpan.FromMinutes(1))))
            .AddPolicy("search", policy => policy
                .For("user", plan => plan.TokenBucket("burst", capacity: 3, refillPerSecond: 0.5).WithoutHeaders())
                .ForAnonymous(plan => plan.Exempt())));
        for (var i = 0; i < 4; i++)
        {
            await api.SendAsync("/", s_user);
        }

        await api.SendAsync("/search", s_user);
        var response = await api.SendAsync("/rate_limit", s_user);

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal("no-store", response["Cache-Control"]);
        Assert.Null(response["X-RateLimit-Limit"]);
        Assert.Equal(
            """
            {
              "resources": {
                "core": {
                  "limit": 10,
                  "used": 4,
                  "remaining": 6,
                  "reset": 1779545293
                },
                "search": {
                  "limit": 3,
                  "used": 1,
                  "remaining": 2,
                  "reset": 1779545235
                }
              },
              "rate": {
                "limit": 10,
                "used": 4,
                "remaining": 6,
                "reset": 1779545293
              },
              "policies": [
                {
                  "policy": "default",
                  "resource": "core",
                  "token_type": "user",
                  "limited": true,
                  "report_only": false,
                  "banned_until": null,
                  "quotas": [
                    {
                      "name": "minute",
                      "unit": "requests",
                      "limit": 10,
                      "used": 4,
                      "remaining": 6,
                      "window": 60,
                      "more_after": 60,
                      "reset": 1779545293
                    },
                    {
                      "name": "hourly",
                      "unit": "requests",
                      "limit": 20.5,
                      "used": 4,
                      "remaining": 16,
                      "window": 3600,
                      "more_after": 3600,
                      "reset": 1779548833
                    }
                  ],
                  "headers": {
                    "sent": true,
                    "code": null,
                    "why": null,
                    "fields": [
                      "X-RateLimit-Limit",
                      "X-RateLimit-Remaining",
                      "X-RateLimit-Reset"
                    ]
                  }
                },
                {
                  "policy": "search",
                  "resource": "search",
                  "token_type": "user",
                  "limited": true,
                  "report_only": false,
                  "banned_until": null,
                  "quotas": [
                    {
                      "name": "burst",
                      "unit": "requests",
                      "limit": 3,
                      "used": 1,
                      "remaining": 2,
                      "window": 6,
                      "more_after": 2,
                      "reset": 1779545235
                    }
                  ],
                  "headers": {
                    "sent": false,
                    "code": "headers-never",
                    "why": "headers are set to Never, for the plan, its policy or all plans.",
                    "fields": []
                  }
                }
              ]
            }
            """,
            Indented(response.Body));
    }

    [Fact]
    public async Task Status_ReadRepeatedly_ChargesNothingAndIsNeverRejected()
    {
        await using var api = await StartAsync(limits => limits.FixedWindow(2, TimeSpan.FromMinutes(1)));
        await api.SendAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((2, 1, 1), await RateAsync(api));
        }

        await api.SendAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync()).Status);
        Assert.Equal((2, 2, 0), await RateAsync(api));
    }

    [Fact]
    public async Task Status_UnderAConfiguredEndpointPattern_IsNeverRejected()
    {
        await using var api = await StartAsync(
            limits => limits.AddPolicy("all", policy => policy.FixedWindow("minute", 1, TimeSpan.FromMinutes(1))),
            services => services.Configure<RateLimitHeadersOptions>(options => options.Policies["all"].Endpoints.Add("GET /rate_limit")));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((1, 0, 1), await RateAsync(api));
        }
    }

    [Fact]
    public async Task Status_OfManyUnknownCallers_CreatesNoPartition()
    {
        await using var api = await StartAsync(limits => limits.FixedWindow(2, TimeSpan.FromMinutes(1)));
        for (var i = 0; i < 10; i++)
        {
            await api.SendAsync("/rate_limit", address: $"192.0.2.{i}");
        }

        Assert.Equal(0, PartitionsOf(api).Counted);
        await api.SendAsync(address: "192.0.2.1");
        Assert.Equal(1, PartitionsOf(api).Counted);
    }

    [Fact]
    public async Task Status_OfOneCaller_ShowsNothingOfAnother()
    {
        await using var api = await StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        await api.SendAsync("/", ["sub=grace"]);
        await api.SendAsync("/", ["sub=grace"]);

        var ofAda = await api.SendAsync("/rate_limit", s_user);
        Assert.Equal((5, 0, 5), Rate(ofAda.Body));
        Assert.DoesNotContain("grace", ofAda.Body, StringComparison.Ordinal);
        Assert.Equal((5, 2, 3), Rate((await api.SendAsync("/rate_limit", ["sub=grace"])).Body));
    }

    [Fact]
    public async Task Status_OfABannedCaller_ShowsTheEndOfTheBan()
    {
        await using var api = await StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 1, TimeSpan.FromMinutes(1)).Ban(after: 1, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10))));
        await api.SendAsync();
        Assert.Equal((1, 1, 0, null, false), await StandingAsync(api));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync()).Status);
        var end = (ManualTimeProvider.Start + TimeSpan.FromMinutes(10)).ToUnixTimeSeconds();
        Assert.Equal((1, 1, 0, end, false), await StandingAsync(api));

        // Asking does not have the ban begin again, and does not end it.
        api.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal((1, 1, 0, end, false), await StandingAsync(api));
        api.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((1, 0, 1, null, false), await StandingAsync(api));
    }

    [Fact]
    public async Task Status_UnderAReportOnlyPolicy_IsNoResource()
    {
        await using var api = await StartAsync(limits => limits
            .AddPolicy("search", policy => policy.FixedWindow("q", 1, TimeSpan.FromMinutes(1)).ReportOnly())
            .DefaultPolicy(policy => policy.FixedWindow("minute", 5, TimeSpan.FromMinutes(1))));
        await api.SendAsync("/search");
        await api.SendAsync("/search");
        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        Assert.Equal(["default"], document.RootElement.GetProperty("resources").EnumerateObject().Select(resource => resource.Name));
        Assert.Equal((5, 0, 5), Rate(document.RootElement));
        var search = document.RootElement.GetProperty("policies")[0];
        Assert.Equal(
            ("search", true, 0L, "report-only"),
            (search.GetProperty("policy").GetString(),
                search.GetProperty("report_only").GetBoolean(),
                search.GetProperty("quotas")[0].GetProperty("remaining").GetInt64(),
                search.GetProperty("headers").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Fields_WhereReportOnlyPlansHaveTheirOwn_AreThoseOfThePlan()
    {
        await using var api = await StartAsync(limits => limits
            .AddPolicy("search", policy => policy.FixedWindow("q", 1, TimeSpan.FromMinutes(1)).ReportOnly())
            .DefaultPolicy(policy => policy.FixedWindow("minute", 5, TimeSpan.FromMinutes(1)))
            .Headers(headers => headers.Ietf().ReportOnly()));
        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        Assert.Equal(
            [
                """{"sent":true,"code":null,"why":null,"fields":["Beta-RateLimit","Beta-RateLimit-Policy"]}""",
                """{"sent":true,"code":null,"why":null,"fields":["RateLimit","RateLimit-Policy"]}""",
            ],
            document.RootElement.GetProperty("policies").EnumerateArray().Select(policy => policy.GetProperty("headers").GetRawText()));
        Assert.Equal(["Beta-RateLimit", "Beta-RateLimit-Policy"], Names(await api.SendAsync("/search")));
        Assert.Equal(["RateLimit", "RateLimit-Policy"], Names(await api.SendAsync("/")));

        static IEnumerable<string> Names(TestResponse response) => response.LimitHeaders.Split('\n').Select(line => line.Split(':')[0]);
    }

    [Theory]
    [InlineData("exempt", "exempt-token-type", "the token type is exempt.")]
    [InlineData("exempt-apart", "exempt-token-type", "the token type is exempt.")]
    [InlineData("never", "headers-never", "headers are set to Never, for the plan, its policy or all plans.")]
    [InlineData("rejections", "headers-on-rejections-only", "headers are set to Rejected, for the plan, its policy or all plans.")]
    [InlineData("near", "headers-near-limit-only", "headers are set to NearLimit, for the plan, its policy or all plans.")]
    [InlineData("foreign", "standing-unknown", "the policy finds the partition of a caller by its requests.")]
    [InlineData("form", "standing-unknown", "the policy takes any id that a request names, so that the answer would be about other callers, too.")]
    public async Task Headers_ThatAreNotSent_AreExplained(string policy, string code, string why)
    {
        var minute = TimeSpan.FromMinutes(1);
        await using var api = await StartAsync(limits => limits
            .AddPolicy("exempt", all => all.ForAnonymous(plan => plan.Exempt()).ForOthers(plan => plan.FixedWindow("q", 5, minute)))
            .AddPolicy(
                "exempt-apart",
                all => all.PartitionByMethod().ForAnonymous(plan => plan.Exempt()).ForOthers(plan => plan.FixedWindow("q", 5, minute)))
            .AddPolicy("never", all => all.ForAnonymous(plan => plan.FixedWindow("q", 5, minute).WithoutHeaders()).ForOthers(plan => plan.Exempt()))
            .AddPolicy("rejections", all => all.ForAnonymous(plan => plan.FixedWindow("q", 5, minute).WithHeaders(HeadersWhen.Rejected)).ForOthers(plan => plan.Exempt()))
            .AddPolicy("near", all => all.ForAnonymous(plan => plan.FixedWindow("q", 5, minute).WithHeaders(HeadersWhen.NearLimit)).ForOthers(plan => plan.Exempt()))
            .AddPolicy("form", all => all.Principals(who => who.FromForm("account", "account")).FixedWindow("q", 5, minute))
            .AddPolicy("foreign", _ => RateLimitPartition.GetNoLimiter(string.Empty)));

        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        var headers = document.RootElement.GetProperty("policies").EnumerateArray()
            .Single(each => each.GetProperty("policy").GetString() == policy).GetProperty("headers");
        Assert.Equal((false, code, why), (headers.GetProperty("sent").GetBoolean(), headers.GetProperty("code").GetString(), headers.GetProperty("why").GetString()));
    }

    [Fact]
    public async Task Rate_OfACallerThatIsNotLimited_IsNull()
    {
        await using var api = await StartAsync(limits => limits.DefaultPolicy(policy => policy
            .ForAnonymous(plan => plan.Exempt()).ForOthers(plan => plan.FixedWindow("q", 5, TimeSpan.FromMinutes(1)))));
        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("rate").ValueKind);
        Assert.Empty(document.RootElement.GetProperty("resources").EnumerateObject());
    }

    [Fact]
    public async Task Resource_OfSeveralPolicies_HasTheLimitThatIsUsedUpFirst()
    {
        await using var api = await StartAsync(limits => limits
            .DefaultPolicy(policy => policy.Resource("api").FixedWindow("q", 5, TimeSpan.FromMinutes(1)))
            .AddPolicy("search", policy => policy.Resource("api").FixedWindow("q", 3, TimeSpan.FromMinutes(1))));
        await api.SendAsync("/search");
        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        Assert.Equal(3, document.RootElement.GetProperty("resources").GetProperty("api").GetProperty("limit").GetInt32());
        Assert.Equal((5, 0, 5), Rate(document.RootElement));
    }

    [Fact]
    public void MapRateLimitStatus_WithoutLimits_ThrowsAndNamesTheMissingCall()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        var thrown = Assert.Throws<InvalidOperationException>(() => app.MapRateLimitStatus("/rate_limit"));
        Assert.Equal("MapRateLimitStatus has no limits to report; call services.AddRateLimitHeaders(), with or without limits.", thrown.Message);
    }

    private static Task<TestApi> StartAsync(Action<RateLimitsBuilder> limits, Action<IServiceCollection>? services = null) => TestApi.StartAsync(
        builder =>
        {
            builder.Principals(principals => principals.FromClaim("sub", "user"));
            limits(builder);
        },
        web =>
        {
            web.MapGet("/", () => "hello");
            if (web.Services.GetRequiredService<IOptions<RateLimitHeadersOptions>>().Value.Policies.ContainsKey("search"))
            {
                web.MapGet("/search", () => "found").RequireRateLimiting("search");
            }

            web.MapRateLimitStatus("/rate_limit");
        },
        services);

    private static MemoryPartitions PartitionsOf(TestApi api) => Assert.IsType<MemoryPartitions>(
        api.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].Plans.Single(plan => plan.Definition.TokenType == TokenTypes.Anonymous).Partitions);

    /// <summary>Gets the rate, and of the first policy the end of a ban and whether it is report-only.</summary>
    private static async Task<(int Limit, int Used, int Remaining, long? BannedUntil, bool ReportOnly)> StandingAsync(TestApi api)
    {
        using var document = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        var policy = document.RootElement.GetProperty("policies")[0];
        var until = policy.GetProperty("banned_until");
        var (limit, used, remaining) = Rate(document.RootElement);
        return (limit, used, remaining, until.ValueKind == JsonValueKind.Null ? null : until.GetInt64(), policy.GetProperty("report_only").GetBoolean());
    }

    private static async Task<(int Limit, int Used, int Remaining)> RateAsync(TestApi api)
    {
        var response = await api.SendAsync("/rate_limit");
        Assert.Equal(HttpStatusCode.OK, response.Status);
        return Rate(response.Body);
    }

    private static (int Limit, int Used, int Remaining) Rate(string body)
    {
        using var document = JsonDocument.Parse(body);
        return Rate(document.RootElement);
    }

    private static (int Limit, int Used, int Remaining) Rate(JsonElement root)
    {
        var rate = root.GetProperty("rate");
        return (rate.GetProperty("limit").GetInt32(), rate.GetProperty("used").GetInt32(), rate.GetProperty("remaining").GetInt32());
    }

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            document.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
