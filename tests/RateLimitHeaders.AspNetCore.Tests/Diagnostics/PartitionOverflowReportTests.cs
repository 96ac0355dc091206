using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PartitionOverflowReportTests
{
    [Fact]
    public async Task Flood_OfAnonymousCallers_LeavesAuthenticatedOnesTheirPartitions()
    {
        await using var api = await TestApi.StartAsync(limits => limits.MaxPartitions(2).FixedWindow(3, TimeSpan.FromHours(1)));
        for (var i = 0; i < 10; i++)
        {
            await api.SendAsync(address: $"10.0.0.{i}");
        }

        Assert.Equal("2", (await api.SendAsync(claims: ["sub=ada"]))["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync(claims: ["sub=grace"]))["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await api.SendAsync(address: "10.0.0.99"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Overflow_OfManyRequests_IsLoggedOnceWithoutIds()
    {
        await using var api = await TestApi.StartAsync(limits => limits.MaxPartitions(2).FixedWindow(3, TimeSpan.FromHours(1)));
        for (var i = 0; i < 10; i++)
        {
            await api.SendAsync(address: $"10.0.0.{i}");
        }

        Assert.Equal(
            (LogLevel.Warning, 30,
                "Policy default counts 2 callers of the token type anonymous, as many as MaxPartitions allows; "
                + "further callers share partitions with each other until some are dropped. Raise MaxPartitions, or give FromIpAddress a shorter "
                + "ipv6PrefixLength if few networks send from many addresses."),
            Assert.Single(api.Log.Entries, entry => entry.Level >= LogLevel.Warning));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Message.Contains("10.0.0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Overflow_OfEachRequest_IsCountedByPolicyAndTokenTypeAlone()
    {
        // Tests run side by side, each with a meter of its own; the policy's name tells which one this is.
        const string Policy = "counted-by-the-metric";
        var counted = new ConcurrentQueue<(long Count, KeyValuePair<string, object?>[] Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Name: "rate_limit_headers.partition_overflows", Meter.Name: "RateLimitHeaders.AspNetCore" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.Enqueue((count, tags.ToArray())));
        listener.Start();

        await using var api = await TestApi.StartAsync(limits => limits
            .MaxPartitions(2)
            .AddPolicy(Policy, policy => policy.FixedWindow(3, TimeSpan.FromHours(1)))
            .DefaultPolicy(Policy));
        for (var i = 0; i < 5; i++)
        {
            await api.SendAsync(claims: [$"sub=user-{i}"]);
        }

        var ours = counted.Where(entry => entry.Tags.Any(tag => Policy.Equals(tag.Value))).ToArray();
        Assert.Equal(3, ours.Length);
        Assert.All(ours, entry =>
        {
            Assert.Equal(1, entry.Count);
            Assert.Equal([new("policy", Policy), new("token_type", "user")], entry.Tags);
        });
    }
}
