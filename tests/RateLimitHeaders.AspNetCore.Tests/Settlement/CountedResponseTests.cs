namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Requests take their cost, and get it back if their response turns out not to count.</summary>
public class CountedResponseTests
{
    private static readonly Dictionary<string, Action<RateLimitsBuilder>> s_limits = new()
    {
        ["all"] = limits => limits.FixedWindow(10, Minute),
        ["failures"] = limits => limits.FixedWindow(10, Minute).CountOnly(CountedResponses.Failures),
        ["successes"] = limits => limits.FixedWindow(10, Minute).CountOnly(CountedResponses.Successes),
        ["304 and 404"] = limits => limits.FixedWindow(10, Minute).DoNotCount(304, 404),
        ["condition"] = limits => limits.FixedWindow(10, Minute).CountOnly(response => response.Headers.ContainsKey("Costly")),
        ["both"] = limits => limits.FixedWindow(10, Minute).CountOnly(CountedResponses.Failures).DoNotCount(404),
    };

    [Theory]
    [InlineData("all", "9 8 7 6 5 4")]
    [InlineData("failures", "10 10 10 9 8 7")]
    [InlineData("successes", "9 8 7 7 7 7")]
    [InlineData("304 and 404", "9 8 8 8 7 6")]
    [InlineData("condition", "10 9 9 9 9 9")]
    [InlineData("both", "10 10 10 10 9 8")]
    public async Task Response_OfEachStatus_CountsOrNot(string limits, string left)
    {
        await using var api = await TestApi.StartAsync(s_limits[limits], Map);

        var told = new List<string?>();
        foreach (var path in (string[])["/200", "/costly", "/304", "/404", "/500", "/thrown"])
        {
            told.Add((await api.SendAsync(path))["X-RateLimit-Remaining"]);
        }

        Assert.Equal(left, string.Join(' ', told));
    }

    [Fact]
    public async Task QuotaThatCountsFailures_BesideOneThatCountsAll_GivesBackAlone()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy
                    .FixedWindow("all", 10, Minute)
                    .FixedWindow("failed", 5, Minute)
                    .Concurrency("slots", 3)
                    .CountOnly("failed", CountedResponses.Failures))
                .Headers(headers => headers.Ietf()),
            Map);

        Assert.Equal("\"all\";r=9;t=60, \"failed\";r=5, \"slots\";r=2", (await api.SendAsync("/200"))["RateLimit"]);
        Assert.Equal("\"all\";r=8;t=60, \"failed\";r=4;t=60, \"slots\";r=2", (await api.SendAsync("/404"))["RateLimit"]);
    }

    [Fact]
    public async Task Response_ThatDoesNotCount_GivesBackWhatTheEndpointCharged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.Cost(2).FixedWindow(10, Minute).DoNotCount(StatusCodes.Status404NotFound)),
            web => web.MapGet("/", async (HttpContext context) =>
            {
                await context.GetRateLimitFeature()!.ChargeAsync(3);
                return Results.NotFound();
            }));

        Assert.Equal("10", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Plan_WithoutHeaders_GivesBackAllTheSame()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.ForOthers(plan =>
                plan.FixedWindow(1, Minute).CountOnly(CountedResponses.Failures).WithoutHeaders())),
            Map);

        Assert.Equal("200 200 404 429", await StatusesAsync(api, "/200", "/200", "/404", "/200"));
    }

    [Fact]
    public async Task Condition_ThatThrows_CountsAndIsLogged()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(10, Minute).CountOnly(_ => throw new InvalidOperationException()), Map);

        Assert.Equal("9", (await api.SendAsync("/200"))["X-RateLimit-Remaining"]);
        Assert.Equal(
            [(LogLevel.Error, 79, "The function that decides whether a response counts failed (policy default, token type anonymous); the response counts.")],
            api.Log.Entries.Where(entry => entry.Level == LogLevel.Error));
    }

    [Fact]
    public async Task Requests_AtTheSameTime_AreReservedFirst()
    {
        var (entered, leave) = (0, new TaskCompletionSource());
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(5, Minute).CountOnly(CountedResponses.Failures),
            web => web.MapGet("/", async () =>
            {
                Interlocked.Increment(ref entered);
                await leave.Task;
                return "hello";
            }));

        var all = Enumerable.Range(0, 20).Select(_ => Task.Run(() => api.SendAsync())).ToArray();
        await Eventually.IsTrueAsync(() => Volatile.Read(ref entered) == 5 && all.Count(one => one.IsCompleted) == 15, "Not 5 of 20 run.");
        leave.SetResult();

        Assert.Equal(5, (await Task.WhenAll(all)).Count(response => (int)response.Status == 200));
        Assert.Equal("5", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task LogIn_ThatSucceeds_HasTheFailuresOfItsAccountForgotten()
    {
        await using var api = await StartLogInAsync(policy => policy.ResetOnSuccess());

        Assert.Equal("401 401 401 401", await StatusesAsync(api, "/log-in?of=ann", "/log-in?of=ann", "/log-in?of=ann", "/log-in?of=ann"));
        var right = await api.SendAsync("/log-in?of=ann&right=true");
        Assert.Equal((200, "5"), ((int)right.Status, right["X-RateLimit-Remaining"]));

        Assert.Equal("401 401 401 401 401 429 429",
            await StatusesAsync(api, [.. Enumerable.Repeat("/log-in?of=ann", 6), "/log-in?of=ann&right=true"]));
        Assert.Equal("401", await StatusesAsync(api, "/log-in?of=bob"));
        api.Time.Advance(Minute);
        Assert.Equal("200", await StatusesAsync(api, "/log-in?of=ann&right=true"));
    }

    [Fact]
    public async Task LogIns_OfAccountsThatShareAPartition_CountTheirFailuresAlone()
    {
        await using var api = await StartLogInAsync(policy => policy.ResetOnSuccess(), maxPartitions: 1);

        // Ann has the one place, and Bob fails in the partition that all others share.
        Assert.Equal("401 401", await StatusesAsync(api, "/log-in?of=ann", "/log-in?of=bob"));
        for (var i = 0; i < 6; i++)
        {
            var right = await api.SendAsync($"/log-in?of={i}&right=true");
            Assert.Equal((200, "4"), ((int)right.Status, right["X-RateLimit-Remaining"]));
        }
    }

    [Fact]
    public async Task Success_DefinedByAFunction_ResetsTheCaller()
    {
        await using var api = await StartLogInAsync(policy => policy.ResetOnSuccess(response => response.Headers.ContainsKey("Session")));

        await StatusesAsync(api, "/log-in?of=ann", "/log-in?of=ann", "/log-in?of=ann");
        Assert.Equal("2", (await api.SendAsync("/log-in?of=ann&right=true"))["X-RateLimit-Remaining"]);
        Assert.Equal("5", (await api.SendAsync("/log-in?of=ann&right=true&session=true"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Success_WhileAStoreDoesNotAnswer_ResetsOnThisServer_AndTheOutageIsLoggedOnce()
    {
        var store = new ScriptedStore { Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone")) };
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow("q", 5, Minute).ResetOnSuccess(response => response.StatusCode == 201)),
            web => web.MapGet("/", (int status) => Results.StatusCode(status)),
            services => services.AddRateLimitHeaders().AddStore(store));

        List<string?> left = [];
        foreach (var status in (int[])[401, 401, 201, 401, 201])
        {
            left.Add((await api.SendAsync($"/?status={status}"))["X-RateLimit-Remaining"]);
        }

        Assert.Equal(["4", "3", "5", "4", "5"], left);
        Assert.Equal([EventIds.StoreUnavailable], Complaints.Of(api).Select(complaint => complaint.Id));
    }

    [Fact]
    public async Task Success_WhoseFunctionThrows_ForgetsNothing()
    {
        await using var api = await StartLogInAsync(policy => policy.ResetOnSuccess(_ => throw new InvalidOperationException()));

        await StatusesAsync(api, "/log-in?of=ann", "/log-in?of=ann");
        Assert.Equal("3", (await api.SendAsync("/log-in?of=ann&right=true"))["X-RateLimit-Remaining"]);
        Assert.Equal(3, api.Log.Entries.Count(entry => entry.Id == 79));
    }

    [Fact]
    public async Task Policies_ThatDecideTogether_AreEachSettledByTheirOwnRules()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Global(policy => policy
                    .FixedWindow("all", 100, Minute)
                    .FixedWindow("bytes", 1_000, Minute, unit: QuotaUnits.ContentBytes)
                    .CountResponseBytes("bytes"))
                .AddPolicy("log-in", policy => policy
                    .FixedWindow("failures", 10, Minute)
                    .CountOnly(CountedResponses.Failures)
                    .ResetOnSuccess(response => response.StatusCode == 201))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", (int status) => Results.Text(new string('a', 10), statusCode: status))
                .RequireRateLimiting("log-in")
                .WithRateLimitCost(2)
                .WithRateLimitCost("all", 3));

        var told = new List<string>();
        foreach (var status in (int[])[401, 401, 200, 201, 401])
        {
            told.Add((await api.SendAsync($"/?status={status}"))["RateLimit"]!.Replace(";t=60", "", StringComparison.Ordinal));
        }

        Assert.Equal(
            [
                "\"failures\";r=8, \"all\";r=97, \"bytes\";r=1000",
                "\"failures\";r=6, \"all\";r=94, \"bytes\";r=990",
                "\"failures\";r=6, \"all\";r=91, \"bytes\";r=980",
                "\"failures\";r=10, \"all\";r=88, \"bytes\";r=970",
                "\"failures\";r=8, \"all\";r=85, \"bytes\";r=960",
            ],
            told);
    }

    private static Task<TestApi> StartLogInAsync(Action<PolicyBuilder> reset, int maxPartitions = 100) => TestApi.StartAsync(
        limits => limits
            .MaxPartitions(maxPartitions)
            .Principals(principals => principals.From(
                context => new RateLimitPrincipal("account", context.Request.Query["of"].ToString()), "account"))
            .DefaultPolicy(policy =>
            {
                policy.FixedWindow("failures", 5, Minute).CountOnly(CountedResponses.Failures);
                reset(policy);
            }),
        web => web.MapGet("/log-in", (bool? right, bool? session, HttpContext context) =>
        {
            if (session == true)
            {
                context.Response.Headers["Session"] = "1";
            }

            return right == true ? Results.Ok() : Results.Unauthorized();
        }));

    private static async Task<string> StatusesAsync(TestApi api, params string[] paths)
    {
        var statuses = new List<int>();
        foreach (var path in paths)
        {
            statuses.Add((int)(await api.SendAsync(path)).Status);
        }

        return string.Join(' ', statuses);
    }

    private static void Map(WebApplication web)
    {
        web.MapGet("/200", () => "hello");
        web.MapGet("/costly", (HttpContext context) => context.Response.Headers["Costly"] = "1");
        web.MapGet("/304", () => Results.StatusCode(304));
        web.MapGet("/404", () => Results.NotFound());
        web.MapGet("/500", () => Results.StatusCode(500));
        web.MapGet("/thrown", IResult () => Results.StatusCode(503));
    }
}
