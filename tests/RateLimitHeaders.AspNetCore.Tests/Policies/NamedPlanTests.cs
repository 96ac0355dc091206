namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Plans that callers of one token type have by name, and facts that functions read.</summary>
public class NamedPlanTests
{
    [Fact]
    public async Task Plan_ByName_AppliesToItsCallersAlone()
    {
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", 10, Hour))
            .For("api-key", "pro", plan => plan.FixedWindow("hourly", 100, Hour).FixedWindow("minute", 7, Minute))
            .For("api-key", "staff", plan => plan.Exempt()));

        Assert.Equal(("10", "9"), await AskAsync(api, "ada/free"));
        Assert.Equal(("10", "9"), await AskAsync(api, "bob/"));
        Assert.Equal(("7", "6"), await AskAsync(api, "cyd/pro"));
        Assert.Equal((null, null), await AskAsync(api, "dan/staff"));
        Assert.Equal(("10", "9"), await AskAsync(api, null));
    }

    [Fact]
    public async Task Caller_ThatGetsAPlanWithOtherLimits_KeepsWhatItHasUsed()
    {
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", 3, Hour))
            .For("api-key", "pro", plan => plan.FixedWindow("hourly", 5, Hour)));

        Assert.Equal(("3", "2"), await AskAsync(api, "ada/"));
        Assert.Equal(("3", "1"), await AskAsync(api, "ada/"));
        Assert.Equal(("5", "2"), await AskAsync(api, "ada/pro"));
        Assert.Equal(("3", "0"), await AskAsync(api, "ada/"));
        Assert.Equal(429, (int)(await SendAsync(api, "ada/")).Status);
        Assert.Equal(("5", "1"), await AskAsync(api, "ada/pro"));
    }

    [Fact]
    public async Task Caller_ThatGetsAPlanWithOtherWindows_IsCountedThereByItself()
    {
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", 3, Hour))
            .For("api-key", "pro", plan => plan.SlidingWindow("hourly", 5, Hour)));

        Assert.Equal(("3", "2"), await AskAsync(api, "ada/"));
        Assert.Equal(("5", "4"), await AskAsync(api, "ada/pro"));
        Assert.Equal(("3", "1"), await AskAsync(api, "ada/"));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 2)]
    public async Task Plan_WithAnotherQueue_CountsByItself(int queue, int remaining)
    {
        // What waits and what is held belong to partitions, so that queues cannot be shared; limits can.
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.Concurrency("running", 3, queueLimit: 3))
            .For("api-key", "pro", plan => plan.Concurrency("running", 3, queue)));

        Assert.Equal(("3", $"{remaining}"), await AskAsync(api, "ada/pro"));
        var plans = api.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].Plans.Where(plan => plan.Definition.TokenType.StartsWith("api-key", StringComparison.Ordinal)).ToArray();
        Assert.Equal(queue == 3, plans[0].Partitions == plans[1].Partitions);
    }

    [Fact]
    public async Task Functions_ReadPlanAndFacts()
    {
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", caller => caller.Facts is int seats ? 10 * seats : 1, Hour))
            .For("anonymous", plan => plan.FixedWindow("hourly", caller => caller.Facts is null && caller.Plan is null ? 4 : 0, Hour))
            .Cost(caller => caller.Plan == "basic" ? 2 : 1));

        Assert.Equal(("60", "59"), await AskAsync(api, "joanna/pro"));
        Assert.Equal(("30", "28"), await AskAsync(api, "ada/basic"));
        Assert.Equal(("4", "3"), await AskAsync(api, null));
    }

    [Fact]
    public async Task Facts_OfACallerWhoseLimitFails_AreNotThoseOfItsAddress()
    {
        List<object?> facts = [];
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", caller => caller.Facts is 3 ? throw new InvalidOperationException("no") : 1, Hour))
            .For("anonymous", plan => plan.FixedWindow("hourly", caller => Note(caller), Hour)));

        Assert.Equal(("4", "3"), await AskAsync(api, "ada/pro"));
        Assert.Equal([null], facts);

        double Note(RateLimitCaller caller)
        {
            facts.Add(caller.Facts);
            return 4;
        }
    }

    [Fact]
    public async Task Plan_UnderACombination_IsThatOfEachPolicy()
    {
        await using var api = await StartAsync(
            policy => policy.For("api-key", plan => plan.FixedWindow("hourly", 10, Hour)).For("api-key", "pro", plan => plan.FixedWindow("hourly", 100, Hour)),
            limits => limits.Global(policy => policy
                .For("api-key", plan => plan.FixedWindow("minute", 5, Minute))
                .For("api-key", "pro", plan => plan.FixedWindow("minute", 50, Minute))
                .ForOthers(plan => plan.FixedWindow("minute", 4, Minute))).Headers(headers => headers.Ietf()));

        Assert.Equal("\"hourly\";q=10;w=3600, \"minute\";q=5;w=60", (await SendAsync(api, "ada/"))["RateLimit-Policy"]);
        Assert.Equal("\"hourly\";q=100;w=3600, \"minute\";q=50;w=60", (await SendAsync(api, "ada/pro"))["RateLimit-Policy"]);
        Assert.Equal("\"hourly\";r=97;t=3600, \"minute\";r=47;t=60", (await SendAsync(api, "ada/pro"))["RateLimit"]);
    }

    [Fact]
    public async Task Operator_FindsCallersUnderThePlansThatCountThem()
    {
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", 10, Hour))
            .For("api-key", "pro", plan => plan.FixedWindow("hourly", 100, Hour))
            .For("api-key", "max", plan => plan.SlidingWindow("hourly", 1_000, Hour)));
        await SendAsync(api, "ada/pro");
        await SendAsync(api, "bob/max");
        var byHand = api.Services.GetRequiredService<IRateLimitOperator>();

        Assert.Equal(["api-key 99 of 100", "api-key/max 1000 of 1000"], Texts(await byHand.LookAsync(new("api-key", "ada"))));
        Assert.Equal(["api-key/pro 99 of 100"], Texts(await byHand.LookAsync(new("api-key/pro", "ada"))));
        Assert.Equal(["api-key 10 of 10", "api-key/max 999 of 1000"], Texts(await byHand.LookAsync(new("api-key", "bob"))));
        await byHand.ResetAsync(new("api-key", "bob"), "root");
        Assert.Equal(["api-key/max 1000 of 1000"], Texts(await byHand.LookAsync(new("api-key/max", "bob"))));

        static IEnumerable<string> Texts(IReadOnlyList<RateLimitStanding> standings) => standings.Select(standing =>
            $"{standing.TokenType} {standing.Statuses[0].Remaining} of {standing.Statuses[0].Limit}");
    }

    [Fact]
    public async Task Plan_OfANameThatNoPolicyHas_IsLoggedOnce()
    {
        await using var api = await StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", 10, Hour))
            .For("api-key", "pro", plan => plan.FixedWindow("hourly", 100, Hour)));
        await SendAsync(api, "ada/pro");
        await SendAsync(api, "bob/gold");
        await SendAsync(api, "bob/gold");

        Assert.Equal(
            [
                "A rule identified a caller with the plan \"gold\", and no policy has a plan with that name; the plan of its token type "
                    + "applies. Add the plan with For(tokenType, planName, …), or leave the name out.",
            ],
            api.Log.Entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message));
    }

    [Fact]
    public async Task Plan_ByNameOfATokenTypeThatNoRuleGives_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(policy => policy
            .For("api-key", plan => plan.FixedWindow("hourly", 10, Hour).ChargeAfterOutage())
            .For("api-key", "pro", plan => plan.FixedWindow("hourly", 100, Hour).ChargeAfterOutage())
            .For("apikey", "pro", plan => plan.FixedWindow("hourly", 100, Hour))));

        Assert.Equal(
            [
                "RLH0311 Policies:default:Plans:api-key/pro:ChargeAfterOutage: ChargeAfterOutage is True for the plan \"api-key/pro\", which shares the "
                    + "setting with the plan of the token type; set it there.",
                "RLH0306 Policies:default:Plans:apikey/pro: The plan is for the token type \"apikey/pro\", which no rule of Principals returns; add a rule or correct "
                    + "the name. The rules return \"api-key\", \"anonymous\".",
            ],
            exception.Errors.Select(error => $"{error.Id} {error.Path}: {error.Message}"));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy, Action<RateLimitsBuilder>? limits = null) => TestApi.StartAsync(all =>
    {
        all.Principals(who => who.FromHeader("Key", "api-key", FindAsync)).DefaultPolicy(one =>
        {
            one.ForOthers(plan => plan.FixedWindow("hourly", 10, Hour));
            policy(one);
        });
        limits?.Invoke(all);
    });

    /// <summary>Takes <c>id/plan</c> for a key; the facts are the length of the id.</summary>
    private static async ValueTask<RateLimitIdentity?> FindAsync(HttpContext context, string key)
    {
        await Task.Yield();
        var parts = key.Split('/');
        return new RateLimitIdentity(parts[0]) { Plan = parts[1].Length == 0 ? null : parts[1], Facts = parts[0].Length };
    }

    private static async Task<(string? Limit, string? Remaining)> AskAsync(TestApi api, string? key) =>
        await SendAsync(api, key) is var answer ? (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) : default;

    private static Task<TestResponse> SendAsync(TestApi api, string? key) =>
        key is null ? api.SendAsync(address: "192.0.2.1") : api.SendAsync(address: "192.0.2.1", headers: ("Key", key));
}
