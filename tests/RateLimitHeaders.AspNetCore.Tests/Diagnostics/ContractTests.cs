using System.Diagnostics.Metrics;
using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Names and numbers stay what tests/Contracts.txt says, even if the code and its page are changed together.</summary>
public class ContractTests
{
    private static readonly string[][] s_instruments = [.. Contracts.Of("instrument").Select(line => line.Split(" | "))];

    [Fact]
    public void Events_HaveTheNumbersAndNamesOfTheirContracts() => Assert.Equal(
        Contracts.Of("event"),
        from method in typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
        let number = method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId
        orderby number
        select $"{number} {method.Name}");

    [Fact]
    public void Errors_HaveTheIdsOfTheirContracts() => Assert.Equal(
        Contracts.Of("error").Where(line => !line.StartsWith("RLH07", StringComparison.Ordinal)),
        typeof(RateLimitErrorIds).GetFields().Select(field => $"{field.GetRawConstantValue()} {field.Name}").Order(StringComparer.Ordinal));

    [Fact]
    public void Reasons_HaveTheCodesOfTheirContracts() => Assert.Equal(
        Contracts.Of("reason"),
        typeof(NoHeaders).GetFields()
            .Select(field => ((NoHeaders)field.GetValue(null)!).Code)
            .Append(NoHeaders.WithoutStatuses(reason: null).Code)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Instruments_OfThePage_AreThoseOfTheContracts() => Assert.Equal(
        s_instruments.Select(cells => string.Join(" | ", cells[..4])),
        from line in Pages.Document("metrics.md").Split('\n')
        where line.StartsWith("| `rate_limit_headers.", StringComparison.Ordinal)
        select string.Join(" | ", line[2..].Replace("`", "", StringComparison.Ordinal).Split(" | ")[..4]));

    [Fact]
    public async Task Instruments_WhenTheyMeasure_HaveTheTagsOfTheirContracts()
    {
        using var store = new ScriptedStore();
        await using var inMemory = await MeasureInMemoryAsync();
        await using var inStore = await MeasureInStoreAsync(store);

        Assert.All(s_instruments, cells =>
        {
            var measured = inMemory.Measured.Of(cells[0]).Concat(inStore.Measured.Of(cells[0])).Select(point => point.Tags).ToArray();
            Assert.NotEmpty(measured);
            var tags = measured.SelectMany(tags => tags.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(tag => tag.Split('=')[0]).Distinct();
            Assert.Equal(cells[3], string.Join(", ", tags.DefaultIfEmpty("none")));
        });
    }

    [Fact]
    public void Histograms_HaveTheBucketsOfTheirContracts()
    {
        var buckets = new Dictionary<string, string>();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument is Histogram<double> histogram)
                {
                    var bounds = histogram.Advice!.HistogramBucketBoundaries!;
                    buckets[histogram.Name] = string.Join(", ", bounds.Select(bound => FormattableString.Invariant($"{bound}")));
                }
            },
        };
        listener.Start();
        using var metrics = new RateLimitMetrics(factory);
        _ = new StoreMetrics(metrics.Meter, "Redis", () => true);

        Assert.Equal(
            s_instruments.Where(cells => cells[1] == "histogram").Select(cells => $"{cells[0]}: {cells[4]}"),
            buckets.Where(pair => pair.Key.StartsWith("rate_limit_headers.", StringComparison.Ordinal)).Select(pair => $"{pair.Key}: {pair.Value}"));
    }

    /// <summary>Has everything measured that needs no store.</summary>
    private static async Task<MeasuredHost> MeasureInMemoryAsync()
    {
        var configuration = new ChangingConfiguration("""{ "DefaultPolicy": "api" }""");
        var host = new MeasuredHost(await configuration.StartAsync(
            limits => limits
                .MaxPartitions(1)
                .AddPolicy("trial", policy => policy.ReportOnly().FixedWindow("minute", 1, Minute))
                .AddPolicy("api", policy => policy.FixedWindow("minute", 2, Minute).Ban(1, Minute, Minute)),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/refund", async (HttpContext context) => await context.GetRateLimitFeature()!.RefundAsync(1));
                web.MapGet("/trial", () => "hello").RequireRateLimiting("trial");
            }));

        // The third one is near the limit, the fourth one is rejected, which bans its caller.
        foreach (var path in new[] { "/refund", "/", "/", "/", "/trial", "/trial" })
        {
            await host.Api.SendAsync(path);
        }

        // A second caller, for which there is no partition.
        await host.Api.SendAsync(address: "203.0.113.7");
        host.Measured.Observe();
        host.Api.Time.Advance(TimeSpan.FromHours(1));
        host.Api.Change(configuration, """{ "DefaultPolicy": "trial" }""");
        return host;
    }

    /// <summary>Has a store reject, and then fail.</summary>
    private static async Task<MeasuredHost> MeasureInStoreAsync(ScriptedStore store)
    {
        var host = new MeasuredHost(await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 1, Minute), services: services => services.AddRateLimitHeaders().AddStore(store)));
        for (var request = 0; request < 3; request++)
        {
            await host.Api.SendAsync();
        }

        host.Measured.Observe();
        store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone"));
        await host.Api.SendAsync(claims: ["sub=bob"]);
        return host;
    }

    /// <summary>A host, and what it measures.</summary>
    private sealed class MeasuredHost(TestApi api) : IAsyncDisposable
    {
        public TestApi Api => api;

        public RecordedMeasurements Measured { get; } = RecordedMeasurements.Of(api);

        public ValueTask DisposeAsync()
        {
            Measured.Dispose();
            return api.DisposeAsync();
        }
    }
}
