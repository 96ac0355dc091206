using System.Diagnostics.Metrics;
using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The page docs/metrics.md lists the instruments, tags and log events that there are, as the code describes them.</summary>
public class MetricsPageTests
{
    private static readonly string[] s_lines = Pages.Document("metrics.md").Split('\n');

    [Fact]
    public async Task Page_ListsAllInstruments()
    {
        var instruments = new List<Instrument>();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(2, TimeSpan.FromMinutes(1)),
            services: services => services.AddRateLimitHeaders().AddStore(new ScriptedStore()));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, api.Services.GetRequiredService<IMeterFactory>())
                    && instrument.Meter.Name is "RateLimitHeaders.AspNetCore" or "Microsoft.AspNetCore.RateLimiting")
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();

        Assert.Equal(
            instruments.Select(instrument => $"{instrument.Name} | {KindOf(instrument)} | `{instrument.Unit}` | {instrument.Description}").Order(),
            Rows("`").Select(cells => $"{cells[0].Trim('`')} | {cells[1]} | {cells[2]} | {cells[4]}").Order());
    }

    [Fact]
    public void Page_ListsAllEvents()
    {
        var events = typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()!)
            .OrderBy(attribute => attribute.EventId)
            .ToArray();
        Assert.Equal(
            events.Select(attribute => $"{attribute.EventId} | {attribute.Level} | {attribute.Message}"),
            Rows("<a id=\"event-").Select(cells => $"{cells[0][(cells[0].IndexOf('>', StringComparison.Ordinal) + 5)..]} | {cells[1]} | {cells[2]}"));
        Assert.Equal(
            typeof(EventIds).GetFields().Select(field => (int)field.GetRawConstantValue()!).Order(), events.Select(attribute => attribute.EventId));
    }

    [Theory]
    [InlineData(StockTags.Policy)]
    [InlineData(StockTags.Result)]
    [InlineData(RequestTelemetry.TokenTypeTag)]
    [InlineData(RequestTelemetry.QuotaTag)]
    [InlineData(RequestTelemetry.WouldRejectTag)]
    public void Page_ListsTheTagsOfActivities(string tag) => Assert.Contains(s_lines, line => line.StartsWith($"- `{tag}`: ", StringComparison.Ordinal));

    private static IEnumerable<string[]> Rows(string start) => s_lines
        .Where(line => line.StartsWith($"| {start}", StringComparison.Ordinal))
        .Select(line => line[2..^2].Split(" | "));

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "sum",
        "UpDownCounter" => "up-down sum",
        "ObservableUpDownCounter" => "up-down sum, observed",
        "ObservableGauge" => "gauge, observed",
        "Histogram" => "histogram",
        var kind => kind,
    };
}
