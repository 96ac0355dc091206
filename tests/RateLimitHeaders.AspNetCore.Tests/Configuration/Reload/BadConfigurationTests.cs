namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Bad configuration stops the start; later it is logged, and what was in force stays.</summary>
public class BadConfigurationTests
{
    private const string Good = """{ "Quotas": { "q": { "Rate": "5/1h" } } }""";

    [Fact]
    public async Task Start_WithErrors_IsStoppedWithAllOfThem()
    {
        var configuration = new ChangingConfiguration("""{ "MaxPartitions": 0, "Quotas": { "q": { "Rat": "5/1h" } } }""");

        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(async () =>
        {
            await using var api = await configuration.StartAsync();
        });

        Assert.Equal(["RLH0051", "RLH0002", "RLH0201", "RLH0202"], exception.Errors.Select(error => error.Id));
    }

    [Fact]
    public async Task Reload_WithErrors_IsLoggedWithAllOfThemAndLeavesTheLimits()
    {
        var configuration = new ChangingConfiguration(Good);
        await using var api = await configuration.StartAsync();
        await api.SendSeveralAsync(2);
        var snapshot = api.Runtime().Current;

        api.Change(configuration, """{ "MaxPartitions": 0, "Quotas": { "q": { "Rate": "fast" } } }""");

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.Equal([(200, "5", "2")], await api.SendSeveralAsync(1));
        var line = Environment.NewLine;
        Assert.Equal(
            [
                (LogLevel.Error, 84, "Configuration has changed and cannot be used; the limits in force are kept. "
                    + $"The rate limits are misconfigured (2 errors):{line}"
                    + "- RLH0052 Quotas:q:Rate: Rate is \"fast\"; give permits per time, such as \"100/1m\", \"5000/01:00:00\" or \"1000000/1mo\"."
                    + $"{line}- RLH0002 MaxPartitions: MaxPartitions is 0; give 1 or more."),
            ],
            ReloadTests.Said(api));

        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "9/1h" } } }""");
        Assert.Equal([(200, "9", "5")], await api.SendSeveralAsync(1));
    }

    [Fact]
    public async Task Reload_WithoutThePolicyThatAnEndpointRequires_LeavesTheLimits()
    {
        var configuration = new ChangingConfiguration("""{ "Policies": { "api": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""");
        await using var api = await configuration.StartAsync(map: Mapped.Values);
        var snapshot = api.Runtime().Current;

        api.Change(configuration, """{ "Policies": { "other": { "Quotas": { "q": { "Rate": "5/1h" } } } } }""");

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.Contains("RLH0501", ReloadTests.Said(api).Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_ThatIsRemoved_IsAnErrorAndKeepsTheLimits()
    {
        var configuration = new ChangingConfiguration(Good);
        await using var api = await configuration.StartAsync(limits => limits.AddPolicy("b", policy => policy.FixedWindow(1, TimeSpan.FromHours(1))));
        var snapshot = api.Runtime().Current;

        api.Change(configuration, null);

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.EndsWith(
            "- RLH0056: The section RateLimitHeaders was removed; restore it, or restart to continue without it.",
            ReloadTests.Said(api).Single().Message,
            StringComparison.Ordinal);
        api.Change(configuration, Good);
        Assert.Equal([84, 83], ReloadTests.Said(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task SectionOfSeveral_ThatIsRemoved_IsAnErrorAndKeepsTheLimits()
    {
        var (first, second) = (new ChangingConfiguration(Good), new ChangingConfiguration("""{ "LogCallers": true }"""));
        await using var api = await first.StartAsync(
            limits => limits.AddPolicy("b", policy => policy.FixedWindow(1, TimeSpan.FromHours(1))),
            services: services => services.AddRateLimitHeaders().LoadFromConfiguration(second.Root.GetSection("RateLimitHeaders")));
        var snapshot = api.Runtime().Current;

        api.Change(second, null);

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.Contains("RLH0056: The section RateLimitHeaders was removed", ReloadTests.Said(api).Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_ThatComesLater_IsInForceThen()
    {
        var configuration = new ChangingConfiguration(null);
        await using var api = await configuration.StartAsync(limits => limits.FixedWindow("q", 3, TimeSpan.FromHours(1)));
        Assert.Equal([(200, "3", "2")], await api.SendSeveralAsync(1));
        Assert.Equal(
            [
                (LogLevel.Warning, 81, "The section RateLimitHeaders, which was passed to LoadFromConfiguration, does not exist: "
                    + "no limit comes from it. Check its name."),
            ],
            ReloadTests.Said(api));

        api.Change(configuration, """{ "Quotas": { "q": { "PermitLimit": 9 } } }""");
        Assert.Equal([(200, "9", "7")], await api.SendSeveralAsync(1));
    }
}
