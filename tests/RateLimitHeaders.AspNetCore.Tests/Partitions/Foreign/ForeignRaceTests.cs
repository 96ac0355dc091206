using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ForeignRaceTests
{
    [Fact]
    public async Task Requests_AtTheSameTime_SeeDifferentRemaining()
    {
        await using var api = await ForeignApi.StartAsync(
            _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = 50, Window = TimeSpan.FromHours(1) }));

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Task.Run(() => api.SendAsync())));

        var admitted = responses.Where(response => response.Status == HttpStatusCode.OK).ToArray();
        Assert.Equal(
            Enumerable.Range(0, 50),
            admitted.Select(response => int.Parse(response["X-RateLimit-Remaining"]!, CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task Acquisitions_WhileIdleOnesAreDropped_NeverMeetADisposedLimiter()
    {
        var limiters = 0;
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get("all", _ =>
        {
            limiters++;
            var isDisposed = false;
            return new ScriptedLimiter(() => isDisposed ? throw new ObjectDisposedException("limiter") : new ScriptedLease(isAcquired: true))
            {
                Idle = () => TimeSpan.FromHours(1),
                Disposing = () => isDisposed = true,
            };
        }));

        using var done = new CancellationTokenSource();
        var sweeps = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                api.Time.Advance(TimeSpan.FromMinutes(1));
            }
        });
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
            if (i % 50 == 49)
            {
                // However seldom a busy machine lets the other thread run.
                api.Time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        await done.CancelAsync();
        await sweeps;
        Assert.True(limiters > 1);
    }
}
