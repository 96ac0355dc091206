namespace RateLimitHeaders.AspNetCore.Tests;

public class StoreErrorTests
{
    private static readonly Dictionary<string, (Action<RateLimitStoreOptions> Set, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["Deadline zero"] = (options => options.Deadline = TimeSpan.Zero, Deadline("00:00:00")),
        ["Deadline too long"] = (options => options.Deadline = Minute + new TimeSpan(1), Deadline("00:01:00.0000001")),
        ["Nodes 0"] = (options => options.Nodes = 0, new("RLH0603", "Settings:Nodes", "Nodes is 0; give the number of servers, 1 or more.")),
        ["WhenUnavailable undefined"] = (
            options => options.WhenUnavailable = (StoreUnavailable)3,
            new("RLH0006", "Settings:WhenUnavailable", "WhenUnavailable is 3; give a value of StoreUnavailable.")),
        ["HeldPermitLifetime too short"] = (
            options => options.HeldPermitLifetime = TimeSpan.FromMilliseconds(999), HeldPermitLifetime("00:00:00.9990000")),
        ["HeldPermitLifetime too long"] = (
            options => options.HeldPermitLifetime = TimeSpan.FromHours(25), HeldPermitLifetime("1.01:00:00")),
        ["MaxBatch 1"] = (options => options.LocalBatches = new() { MaxBatch = 1 }, MaxBatch("1")),
        ["MaxBatch 100,001"] = (options => options.LocalBatches = new() { MaxBatch = 100_001 }, MaxBatch("100001")),
        ["HoldTime too short"] = (options => options.LocalBatches = new() { HoldTime = TimeSpan.FromMilliseconds(9) }, HoldTime("00:00:00.0090000")),
        ["HoldTime too long"] = (options => options.LocalBatches = new() { HoldTime = TimeSpan.FromSeconds(61) }, HoldTime("00:01:01")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Setting_OutOfRange_IsAnError(string rule)
    {
        var (set, error) = s_rules[rule];
        var store = new SettingsStore();
        set(store.Options);

        Assert.Equal([error], Definitions.ErrorsOf(limits => limits.FixedWindow(1, Minute), store));
    }

    [Fact]
    public void Settings_AtTheEdges_AreUsable()
    {
        var low = new SettingsStore
        {
            Options =
            {
                Deadline = new TimeSpan(1),
                HeldPermitLifetime = TimeSpan.FromSeconds(1),
                LocalBatches = new() { MaxBatch = 2, HoldTime = TimeSpan.FromMilliseconds(10) },
            },
        };
        var high = new SettingsStore
        {
            Options =
            {
                Deadline = Minute,
                HeldPermitLifetime = TimeSpan.FromDays(1),
                LocalBatches = new() { MaxBatch = 100_000, HoldTime = Minute },
            },
        };

        Assert.All([low, high], store => Assert.NotNull(Definitions.Of(limits => limits.FixedWindow(1, Minute), store)));
    }

    [Fact]
    public void Queue_InAStore_IsAnErrorOfEachPlan() => Assert.Equal(
        [
            new("RLH0608", "Policies:api:Plans:user:Quotas:slots:QueueLimit",
                "QueueLimit is 3; requests cannot wait in a store, so give 0, which rejects at once."),
        ],
        Definitions.ErrorsOf(
            limits => limits.AddPolicy("api", policy => policy
                .For("user", plan => plan.Concurrency("slots", 2, queueLimit: 3))
                .ForAnonymous(plan => plan.Concurrency("slots", 2))),
            new SettingsStore()));

    [Fact]
    public void Batches_AllPlansHaveConcurrency_IsAnError()
    {
        var store = new SettingsStore { Options = { LocalBatches = new() } };

        Assert.Equal(
            [
                new("RLH0607", "Settings:LocalBatches", "LocalBatches has no effect, because all plans have a concurrency quota, "
                    + "whose permits are never held in advance; leave it out."),
            ],
            Definitions.ErrorsOf(limits => limits.Concurrency("slots", 1), store));
        Assert.NotNull(Definitions.Of(
            limits => limits.DefaultPolicy(policy => policy
                .For("user", plan => plan.Concurrency("slots", 1))
                .ForOthers(plan => plan.FixedWindow(1, Minute))),
            store));
    }

    [Fact]
    public void Store_WithErrorsOfItsOwn_AddsThemToAllOthers()
    {
        var store = new SettingsStore { Errors = { new("RLH9999", "Settings:Own", "Own is wrong.") } };

        Assert.Equal(
            ["Policies:api:Plans:user:Quotas:q:PermitLimit", "Settings:Own"],
            Definitions.ErrorsOf(
                limits => limits.AddPolicy("api", policy => policy
                    .For("user", plan => plan.FixedWindow("q", 0, Minute))
                    .ForAnonymous(plan => plan.FixedWindow("r", 1, Minute))),
                store).Select(error => error.Path));

        // It is asked about what it would count: no plan that cannot be made, none that is exempt, none of foreign limiters.
        Assert.Equal([("api", "anonymous")], store.Plans.Select(plan => (plan.PolicyName, plan.TokenType)));
    }

    private static RateLimitConfigurationError Deadline(string value) => new(
        "RLH0602", "Settings:Deadline", $"Deadline is {value}; give a time above zero and of a minute at most, such as TimeSpan.FromMilliseconds(100).");

    private static RateLimitConfigurationError HeldPermitLifetime(string value) =>
        new("RLH0604", "Settings:HeldPermitLifetime", $"HeldPermitLifetime is {value}; give a time from a second to a day.");

    private static RateLimitConfigurationError MaxBatch(string value) =>
        new("RLH0605", "Settings:LocalBatches:MaxBatch", $"MaxBatch is {value}; give 2 to 100000 permits, or leave LocalBatches out.");

    private static RateLimitConfigurationError HoldTime(string value) =>
        new("RLH0606", "Settings:LocalBatches:HoldTime", $"HoldTime is {value}; give a time from 10 ms to a minute.");
}
