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

        // Only the request that waits can have the limiter replenished.
        var first = await api.SendAsync();
        var second = await api.SendAsync();

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal("0", second["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task FixedWindow_WhoseQueueTakesAllAtOnce_StartsItsNextWindowAllTheSame()
    {
        using var foreign = new ForeignUnderTest(_ => new FixedWindowRateLimiter(s_options));
        await foreign.AskAsync("/");
        var waiting = foreign.AskAsync("/");

        foreign.Time.Advance(s_options.Window);
        var decision = await waiting;

        Assert.True(decision.IsAcquired);
        Assert.Equal(0, decision.Statuses[0].Remaining);
        Assert.Equal(s_options.Window, decision.Statuses[0].UntilAll);
    }

    [Fact]
    public async Task Caller_ThatHangsUpInTheQueue_LeavesItsPlace()
    {
        using var foreign = new ForeignUnderTest(_ => new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 1 }));
        var holder = await foreign.AskAsync("/");
        using var hangUp = new CancellationTokenSource();
        var gone = foreign.AskAsync("/", hangUp.Token);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        var next = foreign.AskAsync("/");
        await foreign.ReleaseAsync(holder);

        Assert.True((await next).IsAcquired);
    }
}
