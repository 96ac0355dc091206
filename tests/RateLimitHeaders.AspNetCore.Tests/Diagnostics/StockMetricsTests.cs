using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Tests;

public class StockMetricsTests
{
    [Fact]
    public async Task Instruments_AreThoseOfAspNetCore()
    {
        var instruments = new Dictionary<Instrument, string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == StockMetrics.MeterName)
                {
                    lock (instruments)
                    {
                        instruments[instrument] = Describe(instrument);
                    }
                }
            },
        };
        listener.Start();
        await using var stock = await MeasuredApi.StartStockAsync();
        await using var ours = await MeasuredApi.StartOursAsync();

        string[] Of(MeasuredApi api)
        {
            lock (instruments)
            {
                return [.. instruments.Where(pair => ReferenceEquals(pair.Key.Meter.Scope, api.MeterFactory)).Select(pair => pair.Value).Order()];
            }
        }

        Assert.Equal(5, Of(stock).Length);
        Assert.Equal(Of(stock), Of(ours));
    }

    [Fact]
    public async Task Requests_OfAllOutcomes_AreMeasuredAsByAspNetCore()
    {
        var stock = await PlayAsync(await MeasuredApi.StartStockAsync());
        var ours = await PlayAsync(await MeasuredApi.StartOursAsync());

        Assert.Equal(stock, ours);
        Assert.Equal(
            """
            > /fixed
            aspnetcore.rate_limiting.active_request_leases 1 aspnetcore.rate_limiting.policy=fixed
            aspnetcore.rate_limiting.active_request_leases -1 aspnetcore.rate_limiting.policy=fixed
            aspnetcore.rate_limiting.request_lease.duration  aspnetcore.rate_limiting.policy=fixed
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=fixed aspnetcore.rate_limiting.result=acquired
            > /fixed?again
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=fixed aspnetcore.rate_limiting.result=endpoint_limiter
            > /plain
            aspnetcore.rate_limiting.active_request_leases 1
            aspnetcore.rate_limiting.active_request_leases -1
            aspnetcore.rate_limiting.request_lease.duration
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.result=acquired
            > /missing
            aspnetcore.rate_limiting.active_request_leases 1
            aspnetcore.rate_limiting.active_request_leases -1
            aspnetcore.rate_limiting.request_lease.duration
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.result=acquired
            > /plain?again
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.result=global_limiter
            > /free
            > /boom
            aspnetcore.rate_limiting.active_request_leases 1 aspnetcore.rate_limiting.policy=boom
            aspnetcore.rate_limiting.active_request_leases -1 aspnetcore.rate_limiting.policy=boom
            aspnetcore.rate_limiting.request_lease.duration  aspnetcore.rate_limiting.policy=boom
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=boom aspnetcore.rate_limiting.result=acquired
            > /hold
            aspnetcore.rate_limiting.active_request_leases 1 aspnetcore.rate_limiting.policy=slot
            > /slot?waits
            aspnetcore.rate_limiting.queued_requests 1 aspnetcore.rate_limiting.policy=slot
            > /slot?rejected
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=endpoint_limiter
            > /slot?waits hangs up
            aspnetcore.rate_limiting.queued_requests -1 aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.request.time_in_queue  aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=request_canceled
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=request_canceled
            > /slot?next
            aspnetcore.rate_limiting.queued_requests 1 aspnetcore.rate_limiting.policy=slot
            > the gate opens
            aspnetcore.rate_limiting.active_request_leases -1 aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.request_lease.duration  aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=acquired
            aspnetcore.rate_limiting.queued_requests -1 aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.request.time_in_queue  aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=acquired
            aspnetcore.rate_limiting.active_request_leases 1 aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.active_request_leases -1 aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.request_lease.duration  aspnetcore.rate_limiting.policy=slot
            aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=acquired
            """,
            ours);
    }

    [Fact]
    public async Task Listener_ThatComesWhileARequestRuns_SeesNoEndWithoutABeginning()
    {
        await using var api = await MeasuredApi.StartOursAsync();
        api.Measurements.Dispose();
        var holder = api.SendAsync("/hold");
        await api.PendingAsync("/hold");
        var waiter = api.SendAsync("/slot");
        await api.PendingAsync("/slot");
        using var late = new RecordedMeasurements(api.MeterFactory, StockMetrics.MeterName);
        api.OpenGate();
        await Task.WhenAll(holder, waiter);
        Assert.Equal(
            [
                "aspnetcore.rate_limiting.active_request_leases 1 aspnetcore.rate_limiting.policy=slot",
                "aspnetcore.rate_limiting.active_request_leases -1 aspnetcore.rate_limiting.policy=slot",
                "aspnetcore.rate_limiting.request_lease.duration  aspnetcore.rate_limiting.policy=slot",
                "aspnetcore.rate_limiting.requests 1 aspnetcore.rate_limiting.policy=slot aspnetcore.rate_limiting.result=acquired",
            ],
            late.Lines);
    }

    /// <summary>Sends requests of all kinds, and writes down what is measured of each.</summary>
    private static async Task<string> PlayAsync(MeasuredApi started)
    {
        await using var api = started;
        var lines = new List<string>();
        var seen = 0;
        foreach (var path in (string[])["/fixed", "/fixed?again", "/plain", "/missing", "/plain?again", "/free", "/boom"])
        {
            await api.SendAsync(path);
            Note(path);
        }

        var holder = api.SendAsync("/hold");
        await api.PendingAsync("/hold");
        Note("/hold");
        using var hangUp = new CancellationTokenSource();
        var waiter = api.SendAsync("/slot?waits", hangUp.Token);
        await api.PendingAsync("/slot?waits");
        Note("/slot?waits");
        await api.SendAsync("/slot?rejected");
        Note("/slot?rejected");
        await hangUp.CancelAsync();
        await waiter;
        Note("/slot?waits hangs up");
        var next = api.SendAsync("/slot?next");
        await api.PendingAsync("/slot?next");
        Note("/slot?next");
        api.OpenGate();
        await Task.WhenAll(holder, next);
        Note("the gate opens");
        return string.Join('\n', lines);

        void Note(string what)
        {
            var all = api.Measurements.Lines;
            lines.Add($"> {what}");
            lines.AddRange(all[seen..]);
            seen = all.Length;
        }
    }

    private static string Describe(Instrument instrument) =>
        $"{instrument.GetType()} {instrument.Name} [{instrument.Unit}] {instrument.Description} "
        + string.Join(' ', (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []);
}
