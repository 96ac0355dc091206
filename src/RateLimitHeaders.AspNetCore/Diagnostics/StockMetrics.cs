using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The metrics of ASP.NET Core's own rate limiting middleware, on its meter, so that existing dashboards and instrumentations work
/// without a change. Names, units, texts and buckets are those of ASP.NET Core (a test compares them).
/// </summary>
/// <remarks>
/// A meter factory has one meter with a name, and a meter has one instrument with a name. If <c>UseRateLimiter()</c> runs, too,
/// both middlewares measure with the same instruments, each its own decisions.
/// </remarks>
internal sealed class StockMetrics
{
    public const string MeterName = "Microsoft.AspNetCore.RateLimiting";

    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    public StockMetrics(Meter meter)
    {
        ActiveLeases = meter.CreateUpDownCounter<long>(
            "aspnetcore.rate_limiting.active_request_leases",
            "{request}",
            "Number of HTTP requests that are currently active on the server that hold a rate limiting lease.");
        LeaseDuration = meter.CreateHistogram(
            "aspnetcore.rate_limiting.request_lease.duration",
            "s",
            "The duration of rate limiting leases held by HTTP requests on the server.",
            advice: s_seconds);
        QueuedRequests = meter.CreateUpDownCounter<long>(
            "aspnetcore.rate_limiting.queued_requests",
            "{request}",
            "Number of HTTP requests that are currently queued, waiting to acquire a rate limiting lease.");
        TimeInQueue = meter.CreateHistogram(
            "aspnetcore.rate_limiting.request.time_in_queue",
            "s",
            "The duration of HTTP requests in a queue, waiting to acquire a rate limiting lease.",
            advice: s_seconds);
        Requests = meter.CreateCounter<long>(
            "aspnetcore.rate_limiting.requests",
            "{request}",
            "Number of requests that tried to acquire a rate limiting lease. Requests could be rejected by global or endpoint rate "
            + "limiting policies. Or the request could be canceled while waiting for the lease.");
    }

    /// <summary>Gets a value indicating whether there is a listener for measurements that begin with an admission.</summary>
    public bool MeasuresLeases => ActiveLeases.Enabled || LeaseDuration.Enabled || Requests.Enabled;

    /// <summary>Gets a value indicating whether there is a listener for measurements that begin with a wait.</summary>
    public bool MeasuresQueues => QueuedRequests.Enabled || TimeInQueue.Enabled;

    public UpDownCounter<long> ActiveLeases { get; }

    public Histogram<double> LeaseDuration { get; }

    public UpDownCounter<long> QueuedRequests { get; }

    public Histogram<double> TimeInQueue { get; }

    public Counter<long> Requests { get; }
}
