using OpenTelemetry.Metrics;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What an application exports that has nothing but OpenTelemetry's instrumentation of ASP.NET Core. It listens to all hosts of the process.</summary>
[Collection(Alone.Name)]
public class OpenTelemetryTests
{
    [Fact]
    public async Task Instrumentation_OfAspNetCore_ExportsTheFiveInstruments()
    {
        var exported = new List<Metric>();
        var gate = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("slot", policy => policy.Concurrency("slots", 1, 1)),
            web => web.MapGet("/", () =>
            {
                isHeld.TrySetResult();
                return gate.Task;
            }).RequireRateLimiting("slot"),
            services => Export(services, exported));
        var holder = api.SendAsync();
        await isHeld.Task;
        var waiter = api.SendAsync();
        await Eventually.IsTrueAsync(
            () =>
            {
                Flush(api);
                return exported.Any(metric => metric.Name == "aspnetcore.rate_limiting.queued_requests");
            },
            "No request is queued.");
        await api.SendAsync();
        gate.SetResult();
        await Task.WhenAll(holder, waiter);
        exported.Clear();
        Flush(api);

        Assert.Equal(
            """
            aspnetcore.rate_limiting.active_request_leases LongSumNonMonotonic [{request}] policy=slot: 0
            aspnetcore.rate_limiting.queued_requests LongSumNonMonotonic [{request}] policy=slot: 0
            aspnetcore.rate_limiting.request.time_in_queue Histogram [s] policy=slot result=acquired: 1
            aspnetcore.rate_limiting.request_lease.duration Histogram [s] policy=slot: 2
            aspnetcore.rate_limiting.requests LongSum [{request}] policy=slot result=acquired: 2
            aspnetcore.rate_limiting.requests LongSum [{request}] policy=slot result=endpoint_limiter: 1
            """,
            Say(exported));
    }

    [Fact]
    public async Task UseRateLimiter_InTheSamePipeline_SharesTheInstruments()
    {
        var exported = new List<Metric>();
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1))),
            web =>
            {
                web.UseRateLimiter();
                web.MapGet("/", () => "hello").RequireRateLimiting("own");
            },
            services =>
            {
                services.AddRateLimiter(_ => { });
                Export(services, exported);
            });
        await api.SendAsync();
        Flush(api);

        // Each middleware has let the request pass: one stream of each instrument, and two leases.
        Assert.Equal(
            """
            aspnetcore.rate_limiting.active_request_leases LongSumNonMonotonic [{request}] policy=own: 0
            aspnetcore.rate_limiting.request_lease.duration Histogram [s] policy=own: 2
            aspnetcore.rate_limiting.requests LongSum [{request}] policy=own result=acquired: 2
            """,
            Say(exported));
    }

    private static void Export(IServiceCollection services, List<Metric> exported) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddInMemoryExporter(exported));

    private static void Flush(TestApi api) => Assert.True(api.Services.GetRequiredService<MeterProvider>().ForceFlush());

    private static string Say(List<Metric> exported)
    {
        var lines = new List<string>();
        foreach (var metric in exported.Where(metric => metric.Name.StartsWith("aspnetcore.rate_limiting.", StringComparison.Ordinal)))
        {
            Assert.Equal("Microsoft.AspNetCore.RateLimiting", metric.MeterName);
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new List<string>();
                foreach (var tag in point.Tags)
                {
                    tags.Add($"{tag.Key.Replace("aspnetcore.rate_limiting.", string.Empty, StringComparison.Ordinal)}={tag.Value}");
                }

                var value = metric.MetricType == MetricType.Histogram ? point.GetHistogramCount() : point.GetSumLong();
                lines.Add($"{metric.Name} {metric.MetricType} [{metric.Unit}] {string.Join(' ', tags)}: {value}");
            }
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
