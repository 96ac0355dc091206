using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A global policy beside that of an endpoint: one decision, all charged or none.</summary>
public class GlobalPolicyTests
{
    [Fact]
    public async Task Policies_WithMorePlansThanAnArrayHasPlaces_DecideTogether()
    {
        string[] tokenTypes = [.. Enumerable.Range(0, 40).Select(i => $"type-{i}")];
        string[] names = ["a", "b", "c", "d", "e", "f"];
        await using var api = await TestApi.StartAsync(
            limits =>
            {
                limits.Principals(who => who.From(static _ => new RateLimitPrincipal("type-39", "ada"), tokenTypes)).CombinePolicies();
                foreach (var (name, limit) in names.Zip(Enumerable.Range(3, names.Length)))
                {
                    limits.AddPolicy(name, policy => Array.ForEach(
                        [.. tokenTypes, "anonymous"], tokenType => policy.For(tokenType, plan => plan.FixedWindow(name, limit, TimeSpan.FromMinutes(1)))));
                }
            },
            web =>
            {
                var route = web.MapGet("/", () => "hello");
                Array.ForEach(names, name => route.RequireRateLimiting(name));
            });

        var response = await api.SendAsync();
        Assert.Equal((200, "3", "2"), ((int)response.Status, response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
    }

    [Fact]
    public async Task Request_IsChargedByBoth_AndHeadersShowBoth()
    {
        await using var api = await StartAsync();

        Assert.Equal(
            "X-RateLimit-Limit: 2\nX-RateLimit-Remaining: 1\nX-RateLimit-Reset: 1779545293\nX-RateLimit-Resource: search\n"
            + "RateLimit: \"minute\";r=1;t=60, \"hour\";r=4;t=3600\nRateLimit-Policy: \"minute\";q=2;w=60, \"hour\";q=5;w=3600",
            (await api.SendAsync("/search")).LimitHeaders);
        Assert.Equal("\"hour\";r=3;t=3600", (await api.SendAsync("/free"))["RateLimit"]);
        Assert.Equal("\"hour\";r=2;t=3600", (await api.SendAsync("/none"))["RateLimit"]);
    }

    [Fact]
    public async Task Request_RejectedByTheEndpointsPolicy_CostsTheGlobalOneNothing()
    {
        await using var api = await StartAsync();
        await api.SendAsync("/search");
        await api.SendAsync("/search");

        for (var i = 0; i < 10; i++)
        {
            var rejected = await api.SendAsync("/search");
            Assert.Equal(
                (429, "60", "\"minute\";r=0;t=60, \"hour\";r=3;t=3600"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        }

        Assert.Equal("\"hour\";r=2;t=3600", (await api.SendAsync("/free"))["RateLimit"]);
    }

    [Fact]
    public async Task Request_RejectedByTheGlobalPolicy_CostsTheEndpointsOneNothing()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await api.SendAsync("/free");
        }

        var rejected = await api.SendAsync("/search");
        Assert.Equal(
            (429, "3600", "5", "0", "1779548833", "all", "\"minute\";r=2, \"hour\";r=0;t=3600"),
            ((int)rejected.Status,
                rejected["Retry-After"],
                rejected["X-RateLimit-Limit"],
                rejected["X-RateLimit-Remaining"],
                rejected["X-RateLimit-Reset"],
                rejected["X-RateLimit-Resource"],
                rejected["RateLimit"]));
        Assert.Contains("\"violated-policies\":[\"hour\"]", rejected.Body, StringComparison.Ordinal);

        api.Time.Advance(Hour);
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=4;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
    }

    [Fact]
    public async Task Request_RejectedByBoth_WaitsForTheLonger()
    {
        await using var api = await StartAsync();
        await api.SendAsync("/search");
        await api.SendAsync("/search");
        for (var i = 0; i < 3; i++)
        {
            await api.SendAsync("/free");
        }

        var rejected = await api.SendAsync("/search");
        Assert.Equal((429, "3600", "5"), ((int)rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Limit"]));
        Assert.Contains("\"violated-policies\":[\"minute\",\"hour\"]", rejected.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_AreCountedApart()
    {
        await using var api = await StartAsync();
        await api.SendAsync("/search", address: "192.0.2.1");
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=4;t=3600", (await api.SendAsync("/search", address: "192.0.2.2"))["RateLimit"]);
        Assert.Equal("\"minute\";r=0;t=60, \"hour\";r=3;t=3600", (await api.SendAsync("/search", address: "192.0.2.1"))["RateLimit"]);
    }

    [Fact]
    public async Task EndpointWithoutLimits_HasNoGlobalPolicyEither()
    {
        await using var api = await StartAsync();
        Assert.Equal(string.Empty, (await api.SendAsync("/disabled")).LimitHeaders);
        Assert.Equal("\"hour\";r=4;t=3600", (await api.SendAsync("/free"))["RateLimit"]);
    }

    [Fact]
    public async Task DefaultPolicy_BesideTheGlobalOne_HoldsWhereNoOtherIsRequired()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .FixedWindow("second", 1, TimeSpan.FromSeconds(1))
                .AddPolicy("search", policy => policy.FixedWindow("minute", 2, Minute))
                .Global(policy => policy.FixedWindow("hour", 5, Hour))
                .Headers(headers => headers.Ietf()),
            Map);

        Assert.Equal("\"second\";r=0;t=1, \"hour\";r=4;t=3600", (await api.SendAsync("/free"))["RateLimit"]);
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=3;t=3600", (await api.SendAsync("/search"))["RateLimit"]);
    }

    [Fact]
    public async Task ExemptTokenType_OfOnePolicy_HasTheOther()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.Exempt("user").ForOthers(plan => plan.FixedWindow("minute", 2, Minute)))
                .Global(policy => policy.Exempt("anonymous").ForOthers(plan => plan.FixedWindow("hour", 5, Hour)))
                .Headers(headers => headers.Ietf()),
            Map);

        Assert.Equal("\"hour\";r=4;t=3600", (await api.SendAsync("/search", claims: ["sub=ann"]))["RateLimit"]);
        Assert.Equal("\"minute\";r=1;t=60", (await api.SendAsync("/search"))["RateLimit"]);
        Assert.Equal(string.Empty, (await api.SendAsync("/free")).LimitHeaders);
    }

    [Fact]
    public async Task Concurrency_OfEitherPolicy_IsHeldByAdmittedRequestsOnly()
    {
        using var gate = new SemaphoreSlim(0);
        using var entered = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("slow", policy => policy.FixedWindow("minute", 3, Minute))
                .Global(policy => policy.Concurrency("open", 1))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/slow", async () =>
            {
                entered.Release();
                await gate.WaitAsync();
            }).RequireRateLimiting("slow"));

        var first = api.SendAsync("/slow");
        await entered.WaitAsync();
        var rejected = await api.SendAsync("/slow");
        Assert.Equal((429, "1", "\"minute\";r=2;t=60, \"open\";r=0"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        gate.Release();
        Assert.Equal("\"minute\";r=2;t=60, \"open\";r=0", (await first)["RateLimit"]);
        gate.Release();
        Assert.Equal("\"minute\";r=1;t=60, \"open\";r=0", (await api.SendAsync("/slow"))["RateLimit"]);
    }

    [Fact]
    public async Task ForeignGlobalLimiter_RejectsAndNothingElseIsCharged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 5, Minute))
                .AddPolicy("all", context => RateLimitPartition.GetFixedWindowLimiter(
                    "all", _ => new FixedWindowRateLimiterOptions { PermitLimit = 2, Window = Hour, AutoReplenishment = false }))
                .Global("all")
                .Headers(headers => headers.Ietf()),
            Map);

        Assert.StartsWith("\"minute\";r=4;t=60", (await api.SendAsync("/search"))["RateLimit"], StringComparison.Ordinal);
        await api.SendAsync("/free");
        var rejected = await api.SendAsync("/search");
        Assert.Equal(429, (int)rejected.Status);
        Assert.StartsWith("\"minute\";r=4;t=60", rejected["RateLimit"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignLimiter_IsNotCalledWhereTheOtherPolicyRejects()
    {
        var asked = 0;
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("search", policy => policy.FixedWindow("minute", 1, Minute))
                .AddPolicy("all", context => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() =>
                {
                    asked++;
                    return new ScriptedLease(isAcquired: true);
                })))
                .Global("all"),
            Map);

        await api.SendAsync("/search");
        Assert.Equal(429, (int)(await api.SendAsync("/search")).Status);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task SeveralPoliciesOfOneEndpoint_HoldAloneOrTogether()
    {
        foreach (var (combines, expected) in new[] { (false, "\"minute\";r=1;t=60"), (true, "\"minute\";r=1;t=60, \"hour\";r=4;t=3600") })
        {
            await using var api = await TestApi.StartAsync(
                limits =>
                {
                    limits
                        .AddPolicy("hourly", policy => policy.FixedWindow("hour", 5, Hour))
                        .AddPolicy("minutely", policy => policy.FixedWindow("minute", 2, Minute))
                        .Headers(headers => headers.Ietf());
                    _ = combines ? limits.CombinePolicies() : limits;
                },
                web => web.MapGet("/", () => "hello").RequireRateLimiting("hourly").RequireRateLimiting("minutely"));
            Assert.Equal(expected, (await api.SendAsync())["RateLimit"]);
        }
    }

    [Fact]
    public async Task Threads_NeverGetMoreThanEitherLimit()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("a", policy => policy.FixedWindow("of a", 300, Minute))
                .AddPolicy("b", policy => policy.SlidingWindow("of b", 250, Minute))
                .Global(policy => policy.TokenBucket("all", 400, TimeSpan.FromDays(1))),
            web =>
            {
                web.MapGet("/a", () => "a").RequireRateLimiting("a");
                web.MapGet("/b", () => "b").RequireRateLimiting("b");
            });

        var admitted = new int[2];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                var place = (worker + i) % 2;
                if ((await api.SendAsync(place == 0 ? "/a" : "/b")).Status == System.Net.HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref admitted[place]);
                }
            }
        })));

        // 800 requests, 400 of each kind: what the endpoints' policies reject costs the global one nothing.
        Assert.Equal(400, admitted[0] + admitted[1]);
        Assert.InRange(admitted[0], 150, 300);
        Assert.InRange(admitted[1], 100, 250);
    }

    [Fact]
    public async Task UnknownGlobalPolicy_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(
            limits => limits.FixedWindow(1, Minute).Global("al")));
        Assert.Equal(
            "RLH0007 GlobalPolicy: GlobalPolicy is \"al\", which does not exist; add it with AddPolicy(\"al\", …) or correct the name.",
            Assert.Single(error.Errors).ToString());
    }

    [Fact]
    public async Task SeveralGlobalPolicies_StopTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => TestApi.StartAsync(
            limits => limits.Global(policy => policy.FixedWindow(1, Minute)).AddPolicy("b", policy => policy.FixedWindow(1, Minute)).Global("b")));
        Assert.Equal("RLH0008 GlobalPolicy: GlobalPolicy is \"global\" and \"b\"; choose one.", Assert.Single(error.Errors).ToString());
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits
            .AddPolicy("search", policy => policy.FixedWindow("minute", 2, Minute))
            .Global(policy => policy.Resource("all").FixedWindow("hour", 5, Hour))
            .Headers(headers => headers.XRateLimit(fields => fields.Fields |= XRateLimitFields.Resource).Ietf()),
        Map);

    internal static void Map(WebApplication web)
    {
        web.MapGet("/search", () => "found").RequireRateLimiting("search");
        web.MapGet("/free", () => "free");
        web.MapGet("/disabled", () => "unlimited").DisableRateLimiting();
    }
}
