namespace RateLimitHeaders.AspNetCore.Tests;

public class LateChargeTests
{
    [Fact]
    public async Task Response_AfterThePartitionWasDropped_ShowsTheFullLimit()
    {
        ManualTimeProvider? time = null;
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(10, TimeSpan.FromHours(1)),
            app => app.MapGet("/", () => time!.Advance(TimeSpan.FromHours(3))));
        time = api.Time;

        var response = await api.SendAsync();

        Assert.Equal("X-RateLimit-Limit: 10\nX-RateLimit-Remaining: 10\nX-RateLimit-Reset: 1779556033", response.LimitHeaders);
    }

    [Fact]
    public async Task Charge_AfterThePartitionWasDropped_IsCounted()
    {
        ManualTimeProvider? time = null;
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("hourly", _ => 10, TimeSpan.FromHours(1)),
            app =>
            {
                app.MapGet("/", () => "hello");
                app.MapGet("/slow", async (HttpContext context) =>
                {
                    // Longer than the window: the sweeps in between drop the caller's partition, which is full again.
                    time!.Advance(TimeSpan.FromHours(3));
                    await context.GetRateLimitFeature()!.ChargeAsync(4);
                });
            });
        time = api.Time;

        var slow = await api.SendAsync("/slow");
        var next = await api.SendAsync();

        Assert.Equal("6", slow["X-RateLimit-Remaining"]);
        Assert.Equal("10", slow["X-RateLimit-Limit"]);
        Assert.Equal("5", next["X-RateLimit-Remaining"]);
    }
}
