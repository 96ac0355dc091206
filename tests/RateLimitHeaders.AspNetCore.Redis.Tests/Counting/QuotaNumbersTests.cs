namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class QuotaNumbersTests
{
    [Fact]
    public void Shape_OfAnotherQuota_IsAnother()
    {
        Quota[] quotas =
        [
            Quota.FixedWindow("q", 5, Minute),
            Quota.FixedWindow("q2", 5, Minute),
            Quota.FixedWindow("q", 5, 2 * Minute),
            Quota.FixedWindow("q", 5, Minute, alignToClock: true),
            Quota.FixedWindow("q", 5, Minute, unit: "bytes"),
            Quota.TokenBucket("q", 5, Minute),
            Quota.SlidingWindow("q", 5, Minute, 3),
            Quota.SlidingWindow("q", 5, Minute, 4),
            Quota.CalendarWindow("q", 5, CalendarPeriod.Day),
            Quota.CalendarWindow("q", 5, CalendarPeriod.Day, "Europe/Berlin"),
        ];
        Assert.Equal(quotas.Length, quotas.Select(ShapeOf).Distinct().Count());

        // What is used stays used when a limit is configured anew.
        Assert.Equal(ShapeOf(quotas[0]), ShapeOf(Quota.FixedWindow("q", 9, Minute)));

        // The scripts read the algorithm out of it, and halve and negate it exactly.
        Assert.All(quotas, quota => Assert.Equal((double)quota.Shape.Algorithm, ShapeOf(quota) % 8));
        Assert.All(quotas, quota => Assert.InRange(ShapeOf(quota), 8, Math.Pow(2, 48)));
    }

    private static double ShapeOf(Quota quota) => QuotaNumbers.Of(quota, Minute, now: 0).Shape;
}
