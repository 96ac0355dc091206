using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionMetricsTests
{
    private const string Live = "rate_limit_headers.partitions";
    private const string Drops = "rate_limit_headers.partition_drops";
    private const string Overflows = "rate_limit_headers.partition_overflows";

    [Fact]
    public async Task Partitions_LiveAndDropped_AreCountedByPolicyAndTokenType()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(9, TimeSpan.FromSeconds(1)));
        using var measured = RecordedMeasurements.Of(api);
        await api.SendAsync(claims: ["sub=alice"]);
        await api.SendAsync(claims: ["sub=bob"]);
        await api.SendAsync(address: "203.0.113.7");
        measured.Observe();
        Assert.Equal(
            [(1, "policy=default token_type=anonymous"), (2, "policy=default token_type=user")], measured.Of(Live).OrderBy(point => point.Value));
        Assert.Empty(measured.Of(Drops));

        api.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(
            ["policy=default token_type=anonymous", "policy=default token_type=user", "policy=default token_type=user"],
            measured.Of(Drops).Select(point => point.Tags).Order());
        measured.Observe();
        Assert.Equal([0, 0], measured.Of(Live)[2..].Select(point => point.Value));
        Assert.Empty(measured.Of(Overflows));
    }

    [Fact]
    public async Task Partitions_OfTheApplicationsOwnLimiters_AreCounted()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.MaxPartitions(1).AddPolicy("own", context => RateLimitPartition.GetConcurrencyLimiter(
                context.Request.Headers["Test-Claims"].ToString(), _ => new ConcurrencyLimiterOptions { PermitLimit = 2 })),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("own"));
        using var measured = RecordedMeasurements.Of(api);
        await api.SendAsync(claims: ["sub=alice"]);
        await api.SendAsync(claims: ["sub=bob"]);
        measured.Observe();
        Assert.Equal([(1, "policy=own token_type=none")], measured.Of(Live));
        Assert.Equal([(1, "policy=own token_type=none")], measured.Of(Overflows));
    }

    [Fact]
    public async Task Partitions_OfBranchesWhosePoliciesHaveOneName_AreAddedUp()
    {
        await using var app = BareHost.Build();
        foreach (var path in new[] { "/api", "/admin" })
        {
            app.UseWhen(
                context => context.Request.Path == path, branch => branch.UseRateLimitHeaders(limits => limits.FixedWindow(9, TimeSpan.FromMinutes(1))));
        }

        app.MapFallback(() => "hello");
        await app.StartAsync();
        using var measured = new RecordedMeasurements(app.Services.GetRequiredService<IMeterFactory>());
        await app.SendAsync("/api", user: "alice");
        await app.SendAsync("/api", user: "bob");
        await app.SendAsync("/admin", user: "alice");
        measured.Observe();
        Assert.Equal([(0, "policy=default token_type=anonymous"), (3, "policy=default token_type=user")], measured.Of(Live).OrderBy(point => point.Value));
    }

    [Fact]
    public void Partitions_OfAPlanThatIsNotInForceAnyMore_AreNotCounted()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var metrics = new RateLimitMetrics(factory);
        using var measured = new RecordedMeasurements(factory);
        var plan = TestPlan.Define("api", Quota.FixedWindow("q", 1, TimeSpan.FromMinutes(1)));
        var clock = new ManualTimeProvider();
        var partitions = new MemoryPartitions(TestPlan.Create(clock, plan, metrics: metrics));
        measured.Observe();
        Assert.Equal([(0, "policy=api token_type=user")], measured.Of(Live));
        partitions.Dispose();
        measured.Observe();
        Assert.Single(measured.Of(Live));
    }
}
