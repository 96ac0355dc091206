using System.Diagnostics.Metrics;
using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ThrowingListenerTests
{
    [Fact]
    public async Task Listener_ThatThrows_FailsNoRequest()
    {
        // Tests run side by side; the policy's name tells which measurements are this one's.
        const string Policy = "with-a-listener-that-throws";
        var calls = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "RateLimitHeaders.AspNetCore")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags.ToArray().Any(tag => Equals(tag.Value, Policy)))
            {
                calls++;
                throw new InvalidOperationException("A listener of the application.");
            }
        });
        listener.Start();
        await using var api = await TestApi.StartAsync(limits => limits
            .MaxPartitions(1)
            .AddPolicy(Policy, policy => policy.FixedWindow(3, TimeSpan.FromHours(1)))
            .DefaultPolicy(Policy));
        await api.SendAsync(address: "192.0.2.1");

        var overflowing = await api.SendAsync(address: "198.51.100.1");

        Assert.Equal((HttpStatusCode.OK, "2"), (overflowing.Status, overflowing["X-RateLimit-Remaining"]));
        Assert.Equal(1, calls);
    }
}
