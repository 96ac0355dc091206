using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// What metrics cost a request that is let through, by what listens to them: our middleware without headers, against
/// <c>UseRateLimiter</c>, whose metrics are fewer. The limit is required by the endpoint.
/// </summary>
public class ListenerBenchmarks
{
    private static readonly string[] s_stock = ["Microsoft.AspNetCore.RateLimiting"];
    private static readonly string[] s_both = [.. s_stock, "RateLimitHeaders.AspNetCore"];

    private Competitor _competitor = null!;
    private IDisposable? _listener;

    [Params(ListenerSetting.None, ListenerSetting.StockMeter, ListenerSetting.BothMeters, ListenerSetting.OpenTelemetry)]
    public ListenerSetting Listener { get; set; }

    [GlobalSetup(Target = nameof(UseRateLimiter))]
    public void SetUpStock() => SetUp(new Competitor(
        LimitBy.UserAtEndpoint,
        services => RateLimits.AddStock(services, LimitBy.UserAtEndpoint, Limit.NeverReached),
        app => app.UseRateLimiter()));

    [GlobalSetup(Target = nameof(Ours))]
    public void SetUpOurs() => SetUp(new Competitor(
        LimitBy.UserAtEndpoint,
        services => RateLimits.AddOurs(services, LimitBy.UserAtEndpoint, Limit.NeverReached, HeaderSetting.None),
        app => app.UseRateLimitHeaders()));

    [GlobalCleanup]
    public void CleanUp()
    {
        _listener?.Dispose();
        _competitor.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int UseRateLimiter() => _competitor.Send();

    [Benchmark]
    public int Ours() => _competitor.Send();

    private static MeterListener Listen(string[] meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (meters.Contains(instrument.Meter.Name))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }

    private void SetUp(Competitor competitor)
    {
        _competitor = competitor;
        _listener = Listener switch
        {
            ListenerSetting.None => null,
            ListenerSetting.StockMeter => Listen(s_stock),
            ListenerSetting.BothMeters => Listen(s_both),
            _ => Sdk.CreateMeterProviderBuilder().AddMeter(s_both).AddInMemoryExporter(new List<Metric>()).Build(),
        };
        competitor.Send();
    }
}
