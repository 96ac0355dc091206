using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The health check and the metrics tell since when the limits are in force, and the last failure.</summary>
public class ReloadStatusTests
{
    [Fact]
    public async Task Health_OfConfiguration_ShowsAgeAndFailure()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync(services: services => services.AddHealthChecks().AddRateLimitHeadersConfiguration());
        api.Time.Advance(TimeSpan.FromMinutes(1));
        var entry = await CheckAsync(api);
        Assert.Equal((HealthStatus.Healthy, "The limits are those of configuration, in force since 2026-05-23 14:07:13Z."), (entry.Status, entry.Description));
        Assert.Equal([new("inForceSince", ManualTimeProvider.Start), new("ageInSeconds", 60.0)], entry.Data);

        api.Change(configuration, """{ "MaxPartitions": 0, "Quotas": { "q": { "Rate": "5/1h" } } }""");
        entry = await CheckAsync(api);
        Assert.Equal(
            (HealthStatus.Degraded, "Configuration that was read at 2026-05-23 14:08:13Z cannot be used; the limits in force since "
                + "2026-05-23 14:07:13Z are kept. "
                + $"The rate limits are misconfigured (1 error):{Environment.NewLine}- RLH0002 MaxPartitions: MaxPartitions is 0; give 1 or more."),
            (entry.Status, entry.Description));
        Assert.IsType<RateLimitConfigurationException>(entry.Exception);
        Assert.Equal(60.25, entry.Data["ageInSeconds"]);

        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "6/1h" } } }""");
        entry = await CheckAsync(api);
        Assert.Equal((HealthStatus.Healthy, "The limits are those of configuration, in force since 2026-05-23 14:08:13Z."), (entry.Status, entry.Description));
        Assert.Equal(0.0, entry.Data["ageInSeconds"]);
        Assert.Equal(ManualTimeProvider.Start + TimeSpan.FromSeconds(60.25), entry.Data["lastFailure"]);
    }

    [Fact]
    public async Task Age_WhenTheWallClockIsSetBack_IsTheTimeThatHasPassed()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync(services: services => services.AddHealthChecks().AddRateLimitHeadersConfiguration());
        api.Time.Advance(TimeSpan.FromMinutes(1));
        api.Time.JumpWallClock(TimeSpan.FromHours(-1));
        Assert.Equal(60.0, (await CheckAsync(api)).Data["ageInSeconds"]);
    }

    [Theory]
    [InlineData(null, HealthStatus.Degraded)]
    [InlineData(HealthStatus.Unhealthy, HealthStatus.Unhealthy)]
    public async Task Health_BeforeAPipeline_IsAFailure(HealthStatus? failureStatus, HealthStatus expected)
    {
        using var services = new ServiceCollection()
            .AddRateLimitHeaders().Services
            .AddHealthChecks().AddRateLimitHeadersConfiguration(failureStatus: failureStatus).Services
            .BuildServiceProvider();

        var entry = (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["rate-limit-headers-configuration"];
        Assert.Equal(
            (expected, "No limits are in force: the pipeline with UseRateLimitHeaders() is not built yet."), (entry.Status, entry.Description));
    }

    [Fact]
    public async Task Health_WithoutTheServicesOfLimits_IsDegradedAndNamesTheMissingCall()
    {
        await using var services = new ServiceCollection().AddLogging().AddHealthChecks().AddRateLimitHeadersConfiguration().Services.BuildServiceProvider();

        var entry = (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["rate-limit-headers-configuration"];
        Assert.Equal(
            (HealthStatus.Degraded, "The limits are not read from configuration; call services.AddRateLimitHeaders(), with or without limits."),
            (entry.Status, entry.Description));
    }

    [Fact]
    public async Task Metrics_OfConfiguration_MeasureAgeOutcomesAndValidity()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();
        using var measured = RecordedMeasurements.Of(api);
        api.Time.Advance(TimeSpan.FromSeconds(10));
        measured.Observe();

        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "6/1h" } } }""");
        measured.Observe();
        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "6/1h" } } }""");
        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "fast" } } }""");
        measured.Observe();

        Assert.Equal([(10, ""), (0, ""), (0.5, "")], measured.Of("rate_limit_headers.configuration.age"));
        Assert.Equal([(1, ""), (1, ""), (0, "")], measured.Of("rate_limit_headers.configuration.valid"));
        Assert.Equal(
            [(1, "outcome=applied"), (1, "outcome=unchanged"), (1, "outcome=failed")], measured.Of("rate_limit_headers.configuration.reloads"));
    }

    private static async Task<HealthReportEntry> CheckAsync(TestApi api) =>
        (await api.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["rate-limit-headers-configuration"];
}
