namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class QuotaNumbersTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Shape_OfAnotherQuota_IsAnother()
    {
        Quota[] quotas =
        [
            Quota.FixedWindow("q", 5, s_minute),
            Quota.FixedWindow("q2", 5, s_minute),
            Quota.FixedWindow("q", 5, 2 * s_minute),
            Quota.FixedWindow("q", 5, s_minute, alignToClock: true),
            Quota.FixedWindow("q", 5, s_minute, unit: "bytes"),
            Quota.TokenBucket("q", 5, s_minute),
            Quota.SlidingWindow("q", 5, s_minute, 3),
            Quota.SlidingWindow("q", 5, s_minute, 4),
            Quota.CalendarWindow("q", 5, CalendarPeriod.Day),
            Quota.CalendarWindow("q", 5, CalendarPeriod.Day, "Europe/Berlin"),
        ];
        Assert.Equal(quotas.Length, quotas.Select(ShapeOf).Distinct().Count());

        // What is used stays used when a limit is configured anew.
        Assert.Equal(ShapeOf(quotas[0]), ShapeOf(Quota.FixedWindow("q", 9, s_minute)));

        // The scripts read the algorithm out of it, and halve and negate it exactly.
        Assert.All(quotas, quota => Assert.Equal((double)quota.Shape.Algorithm, ShapeOf(quota) % 8));
        Assert.All(quotas, quota => Assert.InRange(ShapeOf(quota), 8, Math.Pow(2, 48)));
    }

    private static double ShapeOf(Quota quota) => QuotaNumbers.Of(quota, s_minute, now: 0).Shape;
}
