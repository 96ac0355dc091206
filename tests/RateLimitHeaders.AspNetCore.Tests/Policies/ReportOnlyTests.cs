using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Report-only plans: they count as if they were enforced, tell what they would reject, and reject nothing.</summary>
public class ReportOnlyTests
{
    private const string WouldRejections = "rate_limit_headers.would_rejections";

    private static readonly string[] s_names = ["a", "b", "c"];
    private static readonly double[] s_shares = [0.1, 0.3];

    [Fact]
    public async Task Requests_BeyondTheLimit_AreAdmittedWithoutFields_MeasuredAndLogged()
    {
        await using var api = await StartAsync(policy => policy.ReportOnly().FixedWindow("minute", 2, Minute));
        using var measured = RecordedMeasurements.Of(api);
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var response = await api.SendAsync();
            Assert.Equal((HttpStatusCode.OK, string.Empty), (response.Status, response.LimitHeaders));
            answers.Add(response.Body);
        }

        Assert.Equal(["Acquired False  1", "Acquired False  0", "Acquired True minute 0", "Acquired True minute 0"], answers);
        Assert.Equal(
            [(1, "policy=default token_type=anonymous quota=minute"), (1, "policy=default token_type=anonymous quota=minute")],
            measured.Of(WouldRejections));
        Assert.Empty(measured.Of("rate_limit_headers.rejections"));
        Assert.Equal(2, measured.Of("rate_limit_headers.charges").Sum(charge => charge.Value));
        Assert.Equal(
            [(LogLevel.Information, 87, "Would reject: policy default, token type anonymous, quota minute, retry after 00:01:00, caller not logged. The plan is report-only.")],
            api.Log.Entries.Where(logged => logged.Id is 4 or 87));
    }

    [Fact]
    public async Task Requests_ThatWouldBeRejected_AreChargedNothing_AndSoAreTheirEndpointsCharges()
    {
        await using var api = await StartAsync(policy => policy.ReportOnly().SlidingWindow("minute", 2, Minute, segments: 6), charge: 5);
        await api.SendAsync();
        api.Time.Advance(Minute);

        // As when it is enforced, where the endpoint charges what goes beyond the limit and no rejected request does.
        Assert.Equal("Acquired False  0", (await api.SendAsync("/charge")).Body);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("Acquired True minute 0", (await api.SendAsync("/charge")).Body);
        }

        api.Time.Advance(Minute);
        Assert.Equal("Acquired False  1", (await api.SendAsync()).Body);
    }

    [Fact]
    public async Task Fields_OnDemand_HaveAPrefixOfTheirOwn()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.ReportOnly().FixedWindow("minute", 2, Minute).Headers(headers => headers.XRateLimit().Ietf().ReportOnly()), Map);
        await api.SendAsync();
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(
            """
            200
            Beta-X-RateLimit-Limit: 2
            Beta-X-RateLimit-Remaining: 0
            Beta-X-RateLimit-Reset: 1779545293
            Beta-RateLimit: "minute";r=0;t=40
            Beta-RateLimit-Policy: "minute";q=2;w=60
            Content-Type: text/plain; charset=utf-8

            Acquired True minute 0
            """,
            (await api.SendAsync()).Text);
    }

    [Fact]
    public async Task Fields_OfAPlanWithoutHeaders_AreNotThereEither()
    {
        await using var api = await StartAsync(
            policy => policy.ForOthers(plan => plan.FixedWindow("minute", 2, Minute).ReportOnly().WithoutHeaders()),
            limits => limits.Headers(headers => headers.XRateLimit().ReportOnly("Trial-")));
        Assert.Equal(string.Empty, (await api.SendAsync()).LimitHeaders);
    }

    [Fact]
    public async Task WhyNoHeaders_OfAReportOnlyPlan_IsThatItIsReportOnly()
    {
        await using var api = await StartAsync(policy => policy.ReportOnly().FixedWindow("minute", 2, Minute));
        Assert.Equal("the plan is report-only, and headers of report-only plans are off.", (await api.SendAsync("/why")).Body);
    }

    [Fact]
    public async Task Settings_OfAPlan_DecideOverThoseOfItsPolicyAndOfAllLimits()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .ReportOnly()
                .AddPolicy("a", policy => policy.FixedWindow(1, Minute))
                .AddPolicy("b", policy => policy.EnforceFor(1).FixedWindow(1, Minute))
                .AddPolicy("c", policy => policy.EnforceFor(1).ForOthers(plan => plan.ReportOnly().FixedWindow(1, Minute))),
            web =>
            {
                foreach (var name in s_names)
                {
                    web.MapGet($"/{name}", () => name).RequireRateLimiting(name);
                }
            });
        List<int> second = [];
        foreach (var name in s_names)
        {
            await api.SendAsync($"/{name}");
            second.Add((int)(await api.SendAsync($"/{name}")).Status);
        }

        Assert.Equal([200, 429, 200], second);
    }

    [Fact]
    public async Task Share_OfCallers_IsEnforcedForTheSameOnes_AndALargerOneForThemToo()
    {
        var rejected = new Dictionary<double, HashSet<int>>();
        foreach (var share in s_shares)
        {
            // Two hosts, as two servers.
            for (var host = 0; host < 2; host++)
            {
                await using var api = await StartAsync(policy => policy.EnforceFor(share).FixedWindow(1, Minute));
                HashSet<int> found = [];
                for (var caller = 0; caller < 1_000; caller++)
                {
                    string[] claims = [string.Create(CultureInfo.InvariantCulture, $"sub={caller}")];
                    await api.SendAsync(claims: claims);
                    if ((await api.SendAsync(claims: claims)).Status == HttpStatusCode.TooManyRequests)
                    {
                        found.Add(caller);
                    }
                }

                Assert.True(!rejected.TryGetValue(share, out var before) || found.SetEquals(before));
                rejected[share] = found;
            }
        }

        Assert.InRange(rejected[0.1].Count, 70, 130);
        Assert.InRange(rejected[0.3].Count, 250, 350);
        Assert.Subset(rejected[0.3], rejected[0.1]);
    }

    [Fact]
    public void Share_OfKnownCallers_NeverChanges()
    {
        // Other numbers would enforce a plan for other callers, on servers of another version than the rest.
        RateLimitPrincipal[] callers = [.. Enumerable.Range(0, 20).Select(i => new RateLimitPrincipal("user", $"u{i}")), new("anonymous", (UInt128)1), new("anonymous", (UInt128)1 << 64)];
        Assert.Equal("1101101001101000000011", string.Concat(callers.Select(caller => CallerShare.Contains(0.5, caller) ? '1' : '0')));
    }

    [Fact]
    public async Task GlobalPolicy_ThatIsReportOnly_RejectsNothingOfTheEndpoints()
    {
        await using var api = await StartWithGlobalAsync(limits => limits.Global(policy => policy.ReportOnly().FixedWindow("hour", 1, Hour)));
        var first = await api.SendAsync("/search");
        Assert.Equal(
            ("\"minute\";r=2;t=60", "\"hour\";r=0;t=3600", "Acquired False  2,0"), (first["RateLimit"], first["Beta-RateLimit"], first.Body));
        var second = await api.SendAsync("/search");
        Assert.Equal(
            (200, "\"minute\";r=1;t=60", "\"hour\";r=0;t=3600", "Acquired True hour 1,0"),
            ((int)second.Status, second["RateLimit"], second["Beta-RateLimit"], second.Body));
        Assert.Equal("Acquired True hour 0", (await api.SendAsync("/")).Body);
        Assert.Equal("Acquired True hour 0,0", (await api.SendAsync("/search")).Body);

        // What an enforced policy rejects is no request for a report-only one.
        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "60", "\"minute\";r=0;t=60", null), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"], rejected["Beta-RateLimit"]));
    }

    [Theory]
    [InlineData(ExistingFields.Keep, null)]
    [InlineData(ExistingFields.Replace, null)]
    [InlineData(ExistingFields.Replace, "\"backend\";r=0")]
    [InlineData(ExistingFields.Tighter, null)]
    public async Task SeveralPolicies_ThatAreReportOnly_AllHaveFields(ExistingFields existing, string? backend)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .CombinePolicies()
                .AddPolicy("a", policy => policy.ReportOnly().FixedWindow("a", 1, Minute))
                .AddPolicy("b", policy => policy.ReportOnly().FixedWindow("b", 2, Minute))
                .Global(policy => policy.FixedWindow("hour", 4, Hour))
                .Headers(headers => headers.Ietf().ReportOnly().Existing(existing)),
            web => web.MapGet("/", (HttpContext context) =>
            {
                context.Response.Headers["Beta-RateLimit"] = backend;
            }).RequireRateLimiting("b").RequireRateLimiting("a"));
        Assert.Equal("\"a\";r=0;t=60, \"b\";r=1;t=60", (await api.SendAsync("/"))["Beta-RateLimit"]);
    }

    [Theory]
    [InlineData(200, ExistingFields.Keep)]
    [InlineData(429, ExistingFields.Tighter)]
    public async Task SeveralPolicies_ThatAreReportOnly_LeaveTheFieldsOfABackend(int status, ExistingFields existing)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .CombinePolicies()
                .AddPolicy("a", policy => policy.ReportOnly().FixedWindow("a", 1, Minute))
                .AddPolicy("b", policy => policy.ReportOnly().FixedWindow("b", 2, Minute))
                .Global(policy => policy.FixedWindow("hour", 4, Hour))
                .Headers(headers => headers.XRateLimit().Ietf().ReportOnly().Existing(existing)),
            web => web.MapGet("/", (HttpContext context) =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers["Beta-X-RateLimit-Remaining"] = "7";
            }).RequireRateLimiting("b").RequireRateLimiting("a"));
        var response = await api.SendAsync("/");

        // The other family has no fields of a backend, and tells of both plans.
        Assert.Equal(("7", "\"a\";r=0;t=60, \"b\";r=1;t=60"), (response["Beta-X-RateLimit-Remaining"], response["Beta-RateLimit"]));
    }

    [Fact]
    public async Task EndpointsPolicy_ThatIsReportOnly_LeavesTheGlobalOneItsRejections()
    {
        await using var api = await StartWithGlobalAsync(
            limits => limits.Global(policy => policy.FixedWindow("hour", 4, Hour)), search: policy => policy.ReportOnly());
        using var measured = RecordedMeasurements.Of(api);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(200, (int)(await api.SendAsync("/search")).Status);
        }

        Assert.Equal([(1, "policy=search token_type=anonymous quota=minute")], measured.Of(WouldRejections));
        Assert.Equal(
            (3, 4),
            ((int)ChargesOf("minute"), (int)ChargesOf("hour")));
        Assert.Equal(429, (int)(await api.SendAsync("/search")).Status);
        Assert.Equal([(1, "policy=global token_type=anonymous quota=hour")], measured.Of("rate_limit_headers.rejections"));

        double ChargesOf(string quota) => measured.Of("rate_limit_headers.charges").Where(charge => charge.Tags.Contains(quota)).Sum(charge => charge.Value);
    }

    [Fact]
    public async Task AllPolicies_ThatAreReportOnly_ChargeAllOrNone()
    {
        await using var api = await StartWithGlobalAsync(limits => limits.ReportOnly().Global(policy => policy.FixedWindow("hour", 5, Hour)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await api.SendAsync("/search")).Body));
        Assert.Equal(["Acquired False  0,2", "Acquired False  1,3", "Acquired False  2,4", "Acquired True minute 0,2", "Acquired True minute 0,2"], answers.Order());
        Assert.Equal("\"hour\";r=1;t=3600", (await api.SendAsync("/"))["Beta-RateLimit"]);
    }

    [Fact]
    public async Task ConcurrencyAndItsQueue_HoldNoRequestUp()
    {
        using var gate = new SemaphoreSlim(0);
        using var entered = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(
            limits => limits.ReportOnly().Concurrency("open", 1, queueLimit: 5),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                var text = Describe(context);
                entered.Release();
                await gate.WaitAsync();
                return text;
            }));
        var all = Enumerable.Range(0, 3).Select(_ => api.SendAsync()).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            Assert.True(await entered.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        gate.Release(3);
        Assert.Equal(["Acquired False  0", "Acquired True open 0", "Acquired True open 0"], (await Task.WhenAll(all)).Select(answer => answer.Body).Order());
        gate.Release();
        Assert.Equal("Acquired False  0", (await api.SendAsync()).Body);
    }

    [Fact]
    public async Task LimiterOfTheApplication_RejectsNothing()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.ReportOnly().DefaultPolicy("own").AddPolicy("own", _ => RateLimitPartition.GetFixedWindowLimiter(
                string.Empty, _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = Hour, AutoReplenishment = false })),
            Map);
        Assert.Equal(["Acquired False  0", "Acquired True  0"], [(await api.SendAsync()).Body, (await api.SendAsync()).Body]);
    }

    [Fact]
    public async Task LimiterOfTheApplication_ThatThrows_RejectsNothing()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.ReportOnly().DefaultPolicy("own").AddPolicy<string>("own", _ => throw new InvalidOperationException("boom")), Map);
        Assert.Equal((HttpStatusCode.OK, "Acquired False  "), await api.SendAsync() is var answer ? (answer.Status, answer.Body) : default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Threads_AreCountedExactly_EnforcedOrNot(bool isReportOnly)
    {
        await using var api = await StartAsync(policy => (isReportOnly ? policy.ReportOnly() : policy).TokenBucket("bucket", 200, TimeSpan.FromDays(1)));
        using var measured = RecordedMeasurements.Of(api);
        var admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                if ((await api.SendAsync()).Status == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        })));
        Assert.Equal(
            isReportOnly ? (400, 200, 0) : (200, 0, 200),
            (admitted, measured.Of(WouldRejections).Length, measured.Of("rate_limit_headers.rejections").Length));
    }

    [Fact]
    public async Task Settings_OutOfRange_StopTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(limits => limits
            .EnforceFor(0.5)
            .AddPolicy("a", policy => policy.EnforceFor(1.5).FixedWindow(1, Minute).For("user", plan => plan.EnforceFor(double.NaN).FixedWindow(1, Minute)))
            .AddPolicy("own", _ => RateLimitPartition.GetNoLimiter(0))
            .Headers(headers => headers.ReportOnly("Be ta"))));
        Assert.Equal(
            """
            RLH0402 Headers:ReportOnlyPrefix: "Be ta" cannot begin the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).
            RLH0901 Policies:a:Enforce: Enforce is 1.5; give a share of the callers from 0, which is report-only, to 1, which is all.
            RLH0901 Policies:a:Plans:user:Enforce: Enforce is NaN; give a share of the callers from 0, which is report-only, to 1, which is all.
            RLH0902 Policies:own:Enforce: Enforce is 0.5, and the policy has limiters of the application, whose callers are not known; give the policy 0 or 1.
            """,
            string.Join('\n', error.Errors));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, Action<RateLimitsBuilder>? limits = null, int charge = 0) => TestApi.StartAsync(
        all =>
        {
            all.DefaultPolicy(policy);
            limits?.Invoke(all);
        },
        web =>
        {
            Map(web);
            web.MapGet("/charge", async (HttpContext context) =>
            {
                await context.GetRateLimitFeature()!.ChargeAsync(charge);
                return Describe(context);
            });
        });

    private static Task<TestApi> StartWithGlobalAsync(Action<RateLimitsBuilder> global, Action<PolicyBuilder>? search = null) => TestApi.StartAsync(
        limits =>
        {
            limits.Headers(headers => headers.Ietf().ReportOnly()).AddPolicy("search", policy =>
            {
                policy.FixedWindow("minute", 3, Minute);
                search?.Invoke(policy);
            });
            global(limits);
        },
        web =>
        {
            Map(web);
            web.MapGet("/search", Describe).RequireRateLimiting("search");
        });

    private static void Map(WebApplication web)
    {
        web.MapGet("/", Describe);
        web.MapGet("/why", (HttpContext context) => context.GetRateLimitFeature()!.WhyNoHeaders);
    }

    private static string Describe(HttpContext context)
    {
        var feature = context.GetRateLimitFeature()!;
        return $"{feature.Outcome} {feature.WouldReject} {feature.WouldRejectQuota} {string.Join(',', feature.Statuses.Select(status => status.Remaining))}";
    }
}
