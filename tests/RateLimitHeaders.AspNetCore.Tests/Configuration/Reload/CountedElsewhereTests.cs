namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A reload has plans counted apart that were counted together, or together that were apart: what is used stays used.</summary>
public class CountedElsewhereTests
{
    private const string Alike = """
        "api-key": { "Quotas": { "hourly": { "Rate": "10/1h" } } }, "api-key/pro": { "Quotas": { "hourly": { "Rate": "50/1h" } } }
        """;

    private const string ProHasMore = """
        "api-key": { "Quotas": { "hourly": { "Rate": "10/1h" } } },
        "api-key/pro": { "Quotas": { "hourly": { "Rate": "50/1h" }, "burst": { "Rate": "400/1m" } } }
        """;

    private const string OthersHaveMore = """
        "api-key": { "Quotas": { "hourly": { "Rate": "10/1h" }, "burst": { "Rate": "400/1m" } } },
        "api-key/pro": { "Quotas": { "hourly": { "Rate": "50/1h" } } }
        """;

    private const string BothHaveMore = """
        "api-key": { "Quotas": { "hourly": { "Rate": "10/1h" }, "burst": { "Rate": "400/1m" } } },
        "api-key/pro": { "Quotas": { "hourly": { "Rate": "60/1h" }, "burst": { "Rate": "400/1m" } } }
        """;

    private const string WithoutName = """ "api-key": { "Quotas": { "hourly": { "Rate": "10/1h" } } } """;

    private static readonly string s_longId = new('x', 200);

    /// <summary>What configuration says in turn, and what is left of <c>hourly</c> for a caller with the plan and one without after two requests under each.</summary>
    public static TheoryData<string[], int, int> Changes => new()
    {
        { [Alike, ProHasMore], 46, 6 },
        { [Alike, OthersHaveMore], 46, 6 },
        { [Alike, ProHasMore, Alike], 44, 4 },
        { [Alike, OthersHaveMore, Alike], 44, 4 },
        { [Alike, ProHasMore, BothHaveMore], 54, 4 },
        { [Alike, ProHasMore, OthersHaveMore, ProHasMore], 42, 2 },
        { [WithoutName, ProHasMore], 46, 6 },
        { [ProHasMore, WithoutName], 6, 6 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Counts_OfPlansThatAreCountedElsewhere_AreKept(string[] plans, int leftOfPro, int leftOfOthers)
    {
        var configuration = new ChangingConfiguration(OfPlans(plans[0]));
        await using var api = await StartAsync(configuration);
        string[] left = [];
        foreach (var now in plans)
        {
            api.Change(configuration, OfPlans(now));
            for (var i = 0; i < 2; i++)
            {
                left =
                [
                    await LeftAsync(api, "ada/pro"), await LeftAsync(api, s_longId + "/pro"), await LeftAsync(api, "bob/"), await LeftAsync(api, null),
                ];
            }
        }

        Assert.Equal([$"{leftOfPro}", $"{leftOfPro}", $"{leftOfOthers}", $"{100 - (2 * plans.Length)}"], left);
    }

    [Fact]
    public async Task Peek_BeforeTheFirstRequest_ReturnsTheCountsFromBeforeTheChange()
    {
        var configuration = new ChangingConfiguration(OfPlans(Alike));
        await using var api = await StartAsync(configuration);
        await LeftAsync(api, "ada/pro");

        api.Change(configuration, OfPlans(ProHasMore));

        var standing = Assert.Single(await api.Services.GetRequiredService<IRateLimitOperator>().LookAsync(new("api-key/pro", "ada")));
        Assert.Equal(["burst 400", "hourly 49"], standing.Statuses.Select(status => $"{status.Quota.Name} {status.Remaining}"));
    }

    [Fact]
    public async Task Reset_OfACallerThatIsCountedElsewhere_LeavesNothing()
    {
        var configuration = new ChangingConfiguration(OfPlans(Alike));
        await using var api = await StartAsync(configuration);
        await LeftAsync(api, "ada/pro");
        api.Change(configuration, OfPlans(ProHasMore));

        await api.Services.GetRequiredService<IRateLimitOperator>().ResetAsync(new("api-key/pro", "ada"), "root");

        Assert.Equal("49", await LeftAsync(api, "ada/pro"));
    }

    [Fact]
    public async Task BucketsAndDebts_OfPlansThatAreCountedElsewhere_AreKept()
    {
        const string Bucket = """ "Quotas": { "b": { "Algorithm": "TokenBucket", "PermitLimit": 10, "Window": "1h", "Unit": "rows" } } """;
        const string Other = """ "Quotas": { "b": { "Algorithm": "TokenBucket", "PermitLimit": 20, "Window": "1h", "Unit": "rows", "MaxDebt": 100 } } """;
        var configuration = new ChangingConfiguration(OfPlans($$""" "api-key": { {{Bucket}} }, "api-key/pro": { {{Bucket}} } """));
        await using var api = await StartAsync(configuration);
        Assert.Equal("9", await LeftAsync(api, "ada/pro"));
        Assert.Equal("8", await LeftAsync(api, "ada/pro"));

        api.Change(configuration, OfPlans($$""" "api-key": { {{Bucket}} }, "api-key/pro": { {{Other}} } """));

        Assert.Equal("17", await LeftAsync(api, "ada/pro"));
    }

    [Fact]
    public async Task Bucket_OfAPlanThatIsCountedWithASlowerOne_IsRefilledAtItsOwnRate()
    {
        var configuration = new ChangingConfiguration(Of("""
            "MaxDebt": 5,
            """));
        await using var api = await StartAsync(configuration);
        for (var i = 0; i < 60; i++)
        {
            await LeftAsync(api, "ada/pro");
        }

        Assert.Equal("1", (await SendAsync(api, "ada/pro"))["Retry-After"]);
        api.Change(configuration, Of(""));
        api.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("59", await LeftAsync(api, "ada/pro"));

        static string Of(string more) => OfPlans($$"""
            "api-key": { "Quotas": { "b": { "Algorithm": "TokenBucket", "PermitLimit": 6, "Window": "1m", "Unit": "rows" } } },
            "api-key/pro": { "Quotas": { "b": { {{more}} "Algorithm": "TokenBucket", "PermitLimit": 60, "Window": "1m", "Unit": "rows" } } }
            """);
    }

    [Fact]
    public async Task BansAndRejections_OfPlansThatAreCountedElsewhere_AreKept()
    {
        const string Ban = """ "Ban": { "After": 3, "Within": "1h", "Lasting": "1d" } """;
        var configuration = new ChangingConfiguration(OfPlans(WithoutName.Replace("10/1h", "1/1h", StringComparison.Ordinal), Ban));
        await using var api = await StartAsync(configuration);
        await SendSeveralAsync(api, "ada/pro", 4);
        await SendSeveralAsync(api, "bob/pro", 3);

        api.Change(configuration, OfPlans(ProHasMore.Replace("50/1h", "1/1h", StringComparison.Ordinal), Ban));
        api.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("86340", (await SendAsync(api, "ada/pro"))["Retry-After"]);

        // The third rejection.
        Assert.Equal("86400", (await SendAsync(api, "bob/pro"))["Retry-After"]);
    }

    [Fact]
    public async Task Counts_OfASharedResource_AreKeptWhenItIsRenamedOrNoLongerShared()
    {
        var configuration = new ChangingConfiguration(OfResource("one", isShared: true));
        await using var api = await configuration.StartAsync(map: app =>
        {
            app.MapGet("/a", () => "").RequireRateLimiting("a");
            app.MapGet("/b", () => "").RequireRateLimiting("b");
        });
        Assert.Equal(["9", "8"], await LeftAsync(api));

        api.Change(configuration, OfResource("two", isShared: true));
        Assert.Equal(["7", "6"], await LeftAsync(api));
        api.Change(configuration, OfResource("two", isShared: false));
        Assert.Equal(["5", "5"], await LeftAsync(api));
        api.Change(configuration, OfResource("two", isShared: true));
        Assert.Equal(["4", "3"], await LeftAsync(api));
        Assert.Equal([82, 82, 82], ReloadTests.Said(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Bucket_WhoseLimitDependsOnTheCaller_IsRefilledAtTheRateOfTheCaller()
    {
        var configuration = new ChangingConfiguration(Of("one"));
        await using var api = await configuration.StartAsync(limits => limits
            .Principals(who => who.FromUser().FromIpAddress())
            .AddPolicy("a", policy => policy.TokenBucket("b", static _ => 60, TimeSpan.FromMinutes(1)))
            .DefaultPolicy("a"));
        for (var i = 0; i < 60; i++)
        {
            await api.SendAsync();
        }

        Assert.Equal("1", (await api.SendAsync())["Retry-After"]);
        api.Change(configuration, Of("two"));
        api.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("29", (await api.SendAsync())["X-RateLimit-Remaining"]);

        static string Of(string resource) => $$""" { "Policies": { "a": { "Resource": "{{resource}}", "SharesResource": true } } } """;
    }

    [Fact]
    public async Task Store_ThatCountsAPlanByAnotherKey_StartsFromZeroAndThatIsLogged()
    {
        using var store = new ScriptedStore();
        var configuration = new ChangingConfiguration(OfPlans(Alike));
        await using var api = await StartAsync(configuration, services => services.AddRateLimitHeaders().AddStore(store));
        await LeftAsync(api, "ada/pro");

        api.Change(configuration, OfPlans(OthersHaveMore));

        Assert.Equal("49", await LeftAsync(api, "ada/pro"));
        Assert.Equal(
            [
                "Policy default, token type api-key: counts start again from zero: quota \"burst\" is new.",
                "Policy default, token type api-key/pro: counts start again from zero: "
                    + "the store counts the plan by the key \"default:api-key/pro\" instead of \"default:api-key\".",
            ],
            ReloadTests.Said(api).Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message));
    }

    [Fact]
    public async Task Store_OfANamedPlanThatIsAddedOrRemoved_LogsThatCountsStartFromZero()
    {
        using var store = new ScriptedStore();
        var configuration = new ChangingConfiguration(OfPlans(WithoutName));
        await using var api = await StartAsync(configuration, services => services.AddRateLimitHeaders().AddStore(store));

        api.Change(configuration, OfPlans(ProHasMore));
        api.Change(configuration, OfPlans(WithoutName));

        Assert.Equal(
            [
                "Policy default, token type api-key/pro: counts start again from zero: the store counts callers that had the plan \"api-key\" "
                    + "by the key \"default:api-key/pro\" instead of \"default:api-key\".",
                "Policy default, token type api-key: counts start again from zero: the store counts callers that had the plan \"api-key/pro\" "
                    + "by the key \"default:api-key\" instead of \"default:api-key/pro\".",
            ],
            ReloadTests.Said(api).Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message));
    }

    private static string OfPlans(string plans, string more = """ "Reason": null """) => $$"""
        {
          "DefaultPolicy": "default",
          "Policies": { "default": { {{more}}, "Plans": { {{plans}}, "anonymous": { "Quotas": { "hourly": { "Rate": "100/1h" } } } } } }
        }
        """;

    private static string OfResource(string name, bool isShared) => $$"""
        {
          "Policies": {
            "a": { "Resource": "{{name}}", "SharesResource": {{(isShared ? "true" : "false")}}, "Quotas": { "q": { "Rate": "10/1h" } } },
            "b": { "Resource": "{{name}}", "SharesResource": {{(isShared ? "true" : "false")}}, "Quotas": { "q": { "Rate": "10/1h" } } }
          }
        }
        """;

    private static Task<TestApi> StartAsync(ChangingConfiguration configuration, Action<IServiceCollection>? services = null) =>
        configuration.StartAsync(limits => limits.Principals(who => who.FromHeader("Key", "api-key", Find).FromIpAddress()), services: services);

    /// <summary>Takes <c>id/plan</c> for a key.</summary>
    private static ValueTask<RateLimitIdentity?> Find(HttpContext context, string key)
    {
        var parts = key.Split('/');
        return new(new RateLimitIdentity(parts[0]) { Plan = parts[1].Length == 0 ? null : parts[1] });
    }

    private static async Task<string> LeftAsync(TestApi api, string? key) => (await SendAsync(api, key))["X-RateLimit-Remaining"]!;

    private static async Task<string[]> LeftAsync(TestApi api) =>
        [(await api.SendAsync("/a"))["X-RateLimit-Remaining"]!, (await api.SendAsync("/b"))["X-RateLimit-Remaining"]!];

    private static Task<TestResponse> SendAsync(TestApi api, string? key) => key is null ? api.SendAsync() : api.SendAsync(headers: ("Key", key));

    private static async Task SendSeveralAsync(TestApi api, string key, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await SendAsync(api, key);
        }
    }
}
