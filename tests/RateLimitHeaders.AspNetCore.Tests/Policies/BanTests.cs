using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Callers that go on after rejections are banned for a time, which touches no quota.</summary>
public class BanTests
{
    private static readonly TimeSpan s_ban = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Caller_AfterSoManyRejections_IsBannedUntilTheExactEnd()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 1, Minute).Ban(3, Minute, s_ban));
        using var measured = RecordedMeasurements.Of(api);
        await api.SendAsync();
        for (var i = 0; i < 3; i++)
        {
            // The last one tells the end of the ban that begins with it.
            var rejected = await api.SendAsync();
            Assert.Equal((i < 2 ? "60" : "600", i < 2 ? "1779545293" : "1779545833"), (rejected["Retry-After"], rejected["X-RateLimit-Reset"]));
            Assert.Contains("#quota-exceeded", rejected.Body, StringComparison.Ordinal);
        }

        // The window is over, and the ban is not.
        api.Time.Advance(Minute);
        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 540
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545833
            RateLimit: "minute";r=0;t=540
            RateLimit-Policy: "minute";q=1;w=60
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#abnormal-usage-detected","title":"Request not satisfied due to detection of abnormal request pattern","status":429}
            """,
            (await api.SendAsync()).Text);
        Assert.Equal([(1, "policy=default token_type=anonymous")], measured.Of("rate_limit_headers.bans"));
        Assert.Equal(
            [(LogLevel.Information, 88, "A caller of policy default, token type anonymous, is banned for 00:10:00, after 3 rejections within 00:01:00.")],
            api.Log.Entries.Where(logged => logged.Id == 88));

        api.Time.Advance(s_ban - Minute - new TimeSpan(1));
        Assert.Equal("1", (await api.SendAsync())["Retry-After"]);
        api.Time.Advance(new TimeSpan(1));
        Assert.Equal((HttpStatusCode.OK, "0"), await api.SendAsync() is var admitted ? (admitted.Status, admitted["X-RateLimit-Remaining"]) : default);
        Assert.Equal("60", (await api.SendAsync())["Retry-After"]);
    }

    [Fact]
    public async Task Rejection_ThatBeginsABan_HasNoResetBeforeItsEnd()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .AddPolicy("p", policy => policy.FixedWindow("minute", 1, Minute).Ban(2, Minute, s_ban))
            .DefaultPolicy("p")
            .Headers(headers => headers.XRateLimit().ResetWhenFull()));
        await api.SendAsync();

        List<(string?, string?)> waits = [];
        for (var i = 0; i < 3; i++)
        {
            var rejected = await api.SendAsync();
            waits.Add((rejected["Retry-After"], rejected["X-RateLimit-Reset"]));
        }

        Assert.Equal([("60", "1779545293"), ("600", "1779545833"), ("600", "1779545833")], waits);
    }

    [Fact]
    public async Task Ban_TouchesNoQuota()
    {
        await using var api = await StartAsync(policy => policy
            .TokenBucket("burst", capacity: 1, refillPerSecond: 1).FixedWindow("daily", 10, TimeSpan.FromDays(1)).Ban(2, Minute, s_ban));
        for (var i = 0; i < 3; i++)
        {
            await api.SendAsync();
        }

        for (var i = 0; i < 20; i++)
        {
            api.Time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(429, (int)(await api.SendAsync()).Status);
        }

        api.Time.Advance(s_ban);
        Assert.Equal("\"burst\";r=0;t=1, \"daily\";r=8;t=85600", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Rejections_OfLongerAgo_DoNotCount()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("hour", 1, TimeSpan.FromHours(1)).Ban(3, Minute, s_ban));
        await api.SendAsync();
        await api.SendAsync();
        await api.SendAsync();
        api.Time.Advance(Minute);
        for (var i = 0; i < 2; i++)
        {
            await api.SendAsync();
            Assert.DoesNotContain(api.Log.Entries, logged => logged.Id == 88);
        }

        api.Time.Advance(Minute - new TimeSpan(1));
        await api.SendAsync();
        Assert.Single(api.Log.Entries, logged => logged.Id == 88);
    }

    [Fact]
    public async Task Ban_IsNotOverBeforeTheQuotaIs()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("hour", 1, TimeSpan.FromHours(1)).Ban(1, Minute, Minute));
        await api.SendAsync();
        await api.SendAsync();
        Assert.Equal("3600", (await api.SendAsync())["Retry-After"]);
        api.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, (int)(await api.SendAsync()).Status);
    }

    [Theory]
    [InlineData(false, "30")]
    [InlineData(true, "60")]
    public async Task Requests_OfABannedCaller_ExtendTheBanIfConfigured(bool extends, string expected)
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("second", 1, Second).Ban(1, Second, Minute, extends));
        await api.SendAsync();
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(expected, (await api.SendAsync())["Retry-After"]);
    }

    [Fact]
    public async Task OtherCallers_AreNotConcerned()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("second", 1, Second).Ban(1, Second, Minute));
        await api.SendAsync(address: "192.0.2.1");
        await api.SendAsync(address: "192.0.2.1");
        api.Time.Advance(Second);
        Assert.Equal((429, 200), ((int)(await api.SendAsync(address: "192.0.2.1")).Status, (int)(await api.SendAsync(address: "192.0.2.2")).Status));
    }

    [Fact]
    public async Task Feature_OfABannedCaller_IsBannedAndHasRetryAfter()
    {
        var seen = "";
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.FixedWindow("second", 1, Second).Ban(1, Second, Minute))
            .OnRejected(rejection =>
            {
                seen += $"{rejection.Feature.IsBanned} {rejection.Feature.RetryAfter} ";
                return default;
            }));
        await api.SendAsync();
        await api.SendAsync();
        await api.SendAsync();
        Assert.Equal("False 00:01:00 True 00:01:00 ", seen);
    }

    [Fact]
    public async Task ReportOnlyPlan_BansNothing_AndSetsWouldReject()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.ReportOnly().FixedWindow("second", 1, Second).Ban(1, Second, Minute)),
            web => web.MapGet("/", (HttpContext context) => $"{context.GetRateLimitFeature()!.WouldReject}"));
        List<string> answers = [(await api.SendAsync()).Body, (await api.SendAsync()).Body];
        api.Time.Advance(TimeSpan.FromSeconds(2));
        answers.Add((await api.SendAsync()).Body);
        api.Time.Advance(Minute);
        answers.Add((await api.SendAsync()).Body);
        Assert.Equal(["False", "True", "True", "False"], answers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BanOfOnePolicy_RejectsTheWhole_AndChargesNothing(bool isGlobal)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy =>
                {
                    policy.FixedWindow("second", isGlobal ? 100 : 1, Second);
                    _ = isGlobal ? policy : policy.Ban(2, Second, Minute);
                })
                .Global(policy =>
                {
                    policy.FixedWindow("hour", isGlobal ? 3 : 100, TimeSpan.FromHours(1));
                    _ = isGlobal ? policy.Ban(2, Second, TimeSpan.FromHours(2)) : policy;
                })
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/search", () => "found").RequireRateLimiting("search"));
        for (var i = 0; i < (isGlobal ? 5 : 3); i++)
        {
            await api.SendAsync("/search");
        }

        var banned = await api.SendAsync("/search");
        Assert.Equal(
            isGlobal ? (429, "7200", "\"hour\";r=0;t=7200") : (429, "60", "\"second\";r=0;t=60"),
            ((int)banned.Status, banned["Retry-After"], banned["RateLimit"]));
        Assert.Contains("#abnormal-usage-detected", banned.Body, StringComparison.Ordinal);
        api.Time.Advance(isGlobal ? TimeSpan.FromHours(2) : Minute);
        Assert.Equal(
            isGlobal ? "\"second\";r=99;t=1, \"hour\";r=2;t=3600" : "\"second\";r=0;t=1, \"hour\";r=98;t=3540",
            (await api.SendAsync("/search"))["RateLimit"]);
    }

    [Fact]
    public async Task Bans_LiftedAndSetByHand_HoldAtOnce()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("second", 1, Second).Ban(1, Second, Minute));
        var bans = api.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].BansOf("anonymous")!;
        await api.SendAsync(address: "192.0.2.1");
        await api.SendAsync(address: "192.0.2.1");
        var caller = new RateLimitPrincipal("anonymous", ClientAddress.ToKey(IPAddress.Parse("192.0.2.1"), 64));
        Assert.Equal(Minute, bans.Find(caller));
        Assert.True(await bans.LiftAsync(caller));
        Assert.False(await bans.LiftAsync(caller));
        api.Time.Advance(Second);
        Assert.Equal(200, (int)(await api.SendAsync(address: "192.0.2.1")).Status);

        await bans.SetAsync(caller, s_ban);
        Assert.Equal("600", (await api.SendAsync(address: "192.0.2.1"))["Retry-After"]);
    }

    [Fact]
    public void Bans_OfMoreCallersThanHaveRoom_AreNotKept()
    {
        var time = new ManualTimeProvider();
        var bans = new CallerBans(
            TestPlan.Create(time, TestPlan.Define("p", Quota.FixedWindow("q", 1, Second)), maxPartitions: 10),
            stored: null);
        for (var i = 0; i < 20; i++)
        {
            bans.Count(new RateLimitPrincipal("user", $"{i}"), new BanDefinition(1, Second, Minute, Extends: false), retryAfter: null);
        }

        Assert.Equal(10, Enumerable.Range(0, 20).Count(i => bans.Find(new RateLimitPrincipal("user", $"{i}")) is not null));
        time.Advance(Minute);
        bans.Count(new RateLimitPrincipal("user", "20"), new BanDefinition(1, Second, Minute, Extends: false), retryAfter: null);
        Assert.Equal(Minute, bans.Find(new RateLimitPrincipal("user", "20")));
    }

    [Fact]
    public async Task Threads_AreBannedOnce_AndNeverGetMoreThanTheLimit()
    {
        await using var api = await StartAsync(policy => policy.TokenBucket("bucket", 100, TimeSpan.FromDays(1)).Ban(50, Minute, TimeSpan.FromDays(2)));
        using var measured = RecordedMeasurements.Of(api);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            List<TestResponse> own = [];
            for (var i = 0; i < 50; i++)
            {
                own.Add(await api.SendAsync());
            }

            return own;
        })));
        var all = answers.SelectMany(own => own).ToArray();
        Assert.Equal(100, all.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.InRange(all.Count(answer => answer.Body.Contains("#quota-exceeded")), 50, 58);
        Assert.Single(measured.Of("rate_limit_headers.bans"));
    }

    [Fact]
    public async Task Settings_OutOfRange_StopTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(limits => limits
            .AddPolicy("a", policy => policy.FixedWindow(1, Minute).Ban(0, TimeSpan.Zero, TimeSpan.MaxValue))));
        Assert.Equal(
            """
            RLH0911 Policies:a:Ban:After: After is 0; give 1 rejection or more.
            RLH0912 Policies:a:Ban:Within: Within is 00:00:00; give a time above zero and of 36525 days at most.
            RLH0912 Policies:a:Ban:Lasting: Lasting is 10675199.02:48:05.4775807; give a time above zero and of 36525 days at most.
            """,
            string.Join('\n', error.Errors));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy).Headers(headers => headers.XRateLimit().Ietf()));
}
