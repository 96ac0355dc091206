using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>STRL's queues cannot be faked: a short window really passes here, and the tests wait for what it lets through.</summary>
public class StockQueueTests
{
    private static readonly FixedWindowRateLimiterOptions s_options = new()
    {
        PermitLimit = 1,
        QueueLimit = 1,
        Window = TimeSpan.FromMilliseconds(200),
        AutoReplenishment = false,
    };

    [Fact]
    public async Task FixedWindow_WithAQueue_ServesItWhenTheWindowIsOver()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => s_options), limits => limits.UseTimeProvider(TimeProvider.System));

        // Nobody but the waiting one itself is there to have the limiter replenished.
        var first = await api.SendAsync();
        var second = await api.SendAsync();

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal("0", second["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task FixedWindow_WhoseQueueTakesAllAtOnce_StartsItsNextWindowAllTheSame()
    {
        var time = new ManualTimeProvider();
        using var partition = new ForeignPartition(new FixedWindowRateLimiter(s_options), "stock", time);
        await partition.AcquireAsync(1, default);
        var waiting = partition.AcquireAsync(1, default);

        time.Advance(s_options.Window);
        var lease = await waiting;

        Assert.NotNull(lease);
        Assert.True(lease.IsAcquired);
        Assert.Equal(0, lease.Statuses[0].Remaining);
        Assert.Equal(s_options.Window, lease.Statuses[0].UntilAll);
    }

    [Fact]
    public async Task Caller_WhoHangsUpInTheQueue_LeavesItsPlace()
    {
        using var partition = new ForeignPartition(
            new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 1 }), "stock", new ManualTimeProvider());
        var holder = await partition.AcquireAsync(1, default);
        using var hangUp = new CancellationTokenSource();
        var gone = partition.AcquireAsync(1, hangUp.Token).AsTask();
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        var next = partition.AcquireAsync(1, default).AsTask();
        holder!.Dispose();

        Assert.True((await next)!.IsAcquired);
    }
}
