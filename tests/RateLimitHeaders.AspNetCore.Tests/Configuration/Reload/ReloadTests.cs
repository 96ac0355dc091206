using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What configuration says next is in force as a whole, and what was used stays used.</summary>
public class ReloadTests
{
    [Fact]
    public async Task Limit_RaisedWhileTheApplicationRuns_AppliesToTheNextRequest()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "3/1h" } } }""");
        await using var api = await configuration.StartAsync();
        Assert.Equal([(200, "3", "2"), (200, "3", "1"), (200, "3", "0"), (429, "3", "0")], await api.SendSeveralAsync(4));

        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "5/1h" } } }""");

        Assert.Equal([(200, "5", "1"), (200, "5", "0"), (429, "5", "0")], await api.SendSeveralAsync(3));
        Assert.Equal([(LogLevel.Information, 82, "Configuration has changed, and its limits are in force.")], Said(api));
    }

    [Fact]
    public async Task Everything_ThatChangesAtOnce_IsInForceAtOnce()
    {
        var configuration = new ChangingConfiguration("""{ "DefaultPolicy": "a", "Policies": { "a": { "Quotas": { "q": { "Rate": "10/1h" } } } } }""");
        await using var api = await configuration.StartAsync();
        await api.SendSeveralAsync(1);

        api.Change(configuration, """
            {
              "DefaultPolicy": "b",
              "Headers": { "Ietf": { "Draft": "Draft11" } },
              "Policies": { "b": { "Cost": 2, "Plans": { "user": { "IsExempt": true } }, "Quotas": { "q": { "Rate": "5/1h" } } } }
            }
            """);

        Assert.Equal("RateLimit: \"q\";r=3;t=3600\nRateLimit-Policy: \"q\";q=5;w=3600", (await api.SendAsync()).LimitHeaders);
        Assert.Equal("", (await api.SendAsync(claims: ["sub=ada"])).LimitHeaders);
    }

    [Theory]
    [InlineData("""{ "a": { "Quotas": { "q": { "Rate": "1/1h" } } }, "b": { "Quotas": { "q": { "Rate": "2/1h" } } } }""", 2, 429)]
    [InlineData("""{ "a": { "Quotas": { "q": { "Rate": "2/1h" } } }, "b": { "Quotas": { "q": { "Rate": "1/1h" } } } }""", 3, 200)]
    public async Task Rejection_OfAPolicyThatDoesNotChange_StaysRemembered(string policies, int calls, int status)
    {
        var store = new ScriptedStore();
        var configuration = new ChangingConfiguration(
            """{ "DefaultPolicy": "a", "Policies": { "a": { "Quotas": { "q": { "Rate": "1/1h" } } }, "b": { "Quotas": { "q": { "Rate": "1/1h" } } } } }""");
        await using var api = await configuration.StartAsync(services: services => services.AddRateLimitHeaders().AddStore(store));
        await api.SendSeveralAsync(3);
        Assert.Equal(2, store.Calls.Count(call => call.Kind == "acquire"));

        api.Change(configuration, $$"""{ "DefaultPolicy": "a", "Policies": {{policies}} }""");
        Assert.Equal(status, (int)(await api.SendAsync()).Status);
        Assert.Equal(calls, store.Calls.Count(call => call.Kind == "acquire"));
    }

    [Fact]
    public async Task Configuration_OnTopOfCode_LeavesCodeAsItIs()
    {
        var runs = 0;
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "PermitLimit": 7 } } }""");
        await using var api = await configuration.StartAsync(limits =>
        {
            runs++;
            limits.FixedWindow("q", 3, Hour);
        });
        Assert.Equal([(200, "7", "6")], await api.SendSeveralAsync(1));
        Assert.Equal(
            [(LogLevel.Information, 80, "Configuration overrides settings of code: Quotas:q:PermitLimit.")], Said(api));

        api.Change(configuration, """{ "Quotas": { "q": { "PermitLimit": 9 } } }""");
        Assert.Equal([(200, "9", "7")], await api.SendSeveralAsync(1));
        api.Change(configuration, """{ "MaxPartitions": 250000 }""");
        Assert.Equal([(200, "3", "0")], await api.SendSeveralAsync(1));
        Assert.Equal(1, runs);
        Assert.Equal([80, 82, 82], Said(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Options_BoundBesideCode_StayAsTheyWereAtTheStart()
    {
        const string Json = """{ "DefaultPolicy": "up" }""";
        var (configuration, extra) = (new ChangingConfiguration(Json), new ChangingConfiguration("""{ "Enforce": 1 }"""));
        await using var api = await configuration.StartAsync(
            limits =>
            {
                var limit = 2;
                limits.AddPolicy("up", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = limit, Window = Hour }));
            },
            services: services => services.AddOptions<RateLimitHeadersOptions>().Bind(extra.Section));
        Assert.Equal([200, 200, 429], (await api.SendSeveralAsync(3)).Select(answer => answer.Status));

        extra.Change("""{ "Enforce": 0 }""");
        api.Change(configuration, Json);

        Assert.Equal([429], (await api.SendSeveralAsync(1)).Select(answer => answer.Status));
        Assert.Equal([(LogLevel.Debug, 83, "Configuration was read again and has not changed.")], Said(api));
    }

    [Fact]
    public async Task Shape_ThatChanges_StartsFromZeroAndTheChangesAreLogged()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "a": { "Rate": "5/1h" }, "b": { "Rate": "9/1d" } } }""");
        await using var api = await configuration.StartAsync();
        await api.SendSeveralAsync(3, "sub=ada");

        api.Change(configuration, """{ "Quotas": { "a": { "Rate": "5/1m" }, "c": { "Rate": "9/1d" } } }""");

        Assert.Equal([(200, "5", "4")], await api.SendSeveralAsync(1, "sub=ada"));
        const string Changes = "quota \"a\" has the window 00:01:00 instead of 01:00:00; quota \"c\" is new; quota \"b\" was removed";
        Assert.Equal(
            [
                (LogLevel.Warning, 85, $"Policy default, token type user: counts start again from zero: {Changes}."),
                (LogLevel.Warning, 85, $"Policy default, token type anonymous: counts start again from zero: {Changes}."),
                (LogLevel.Information, 82, "Configuration has changed, and its limits are in force."),
            ],
            Said(api));
    }

    [Theory]
    [InlineData("""{ "Algorithm": "SlidingWindow", "Rate": "5/1h" }""", "the algorithm SlidingWindow instead of FixedWindow")]
    [InlineData("""{ "Rate": "5/1h", "Unit": "content-bytes" }""", "the unit content-bytes instead of requests")]
    [InlineData("""{ "Rate": "5/1h", "AlignToClock": true }""", "another alignment to the clock")]
    public async Task Shape_ThatChanges_IsNamed(string quota, string difference)
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();

        api.Change(configuration, $$"""{ "Quotas": { "q": {{quota}} } }""");

        Assert.All(
            Said(api).Where(entry => entry.Id == 85),
            entry => Assert.EndsWith($"start again from zero: quota \"q\" has {difference}.", entry.Message, StringComparison.Ordinal));
        Assert.Equal([85, 85, 82], Said(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Segments_ThatChange_AreNamed()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Algorithm": "SlidingWindow", "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();

        api.Change(configuration, """{ "Quotas": { "q": { "Algorithm": "SlidingWindow", "Rate": "5/1h", "Segments": 6 } } }""");

        Assert.Contains("quota \"q\" has 6 segments instead of 12.", Said(api)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxPartitions_ThatChanges_NeedsARestart()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();

        api.Change(configuration, """{ "MaxPartitions": 10, "Quotas": { "q": { "Rate": "5/1h" } } }""");

        Assert.Equal(
            [
                (LogLevel.Warning, 86, "MaxPartitions has changed in configuration. It is read when the application starts, and takes effect with the next start."),
                (LogLevel.Debug, 83, "Configuration was read again and has not changed."),
            ],
            Said(api));

        api.Change(configuration, """{ "MaxPartitions": 10, "Quotas": { "q": { "Rate": "6/1h" } } }""");

        Assert.Equal(RateLimitHeadersOptions.DefaultMaxPartitions, api.Runtime().Current.Definition.MaxPartitions);
    }

    [Fact]
    public async Task Configuration_ReadAgainUnchanged_ChangesNothing()
    {
        const string Json = """{ "Quotas": { "q": { "Rate": "5/1h" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Key", "Values": ["a"], "TokenType": "key" } ] }""";
        var configuration = new ChangingConfiguration(Json);
        await using var api = await configuration.StartAsync(limits => limits.ExemptWhen(_ => false));
        var snapshot = api.Runtime().Current;

        api.Change(configuration, Json);

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.Equal([(LogLevel.Debug, 83, "Configuration was read again and has not changed.")], Said(api));
    }

    [Fact]
    public async Task Host_ThatHasStopped_ReloadsNoMore()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        var api = await configuration.StartAsync();
        var (time, log) = (api.Time, api.Log);
        configuration.Signal();
        await api.DisposeAsync();

        configuration.Change("""{ "Quotas": { "q": { "Rate": "6/1d" } } }""");
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.DoesNotContain(log.Entries, entry => entry.Id is >= 80 and < 90);
        Assert.Equal(0, time.RunningTimers);
    }

    internal static (LogLevel Level, int Id, string Message)[] Said(TestApi api) => [.. api.Log.Entries.Where(entry => entry.Id is >= 80 and < 90)];
}
