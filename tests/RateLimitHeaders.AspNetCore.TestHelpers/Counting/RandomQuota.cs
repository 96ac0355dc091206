using FsCheck;
using FsCheck.Fluent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The settings of a random quota, which print themselves. Limits are 64ths, so that they are exact as decimals too.</summary>
internal sealed record RandomQuota(string Algorithm, int LimitIn64ths, long Window, int Segments)
{
    public const string Fixed = "fixed window";
    public const string Aligned = "fixed window, aligned";
    public const string Sliding = "sliding window";
    public const string Bucket = "token bucket";

    /// <summary>Calendar days of UTC.</summary>
    public const string Calendar = "calendar window";

    // The odd ones divide by nothing, so that all roundings are seen.
    private static TimeSpan[] Windows(TimeSpan resolution) =>
    [
        13 * resolution, 1_000_003 * resolution, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1),
    ];

    public double Limit => LimitIn64ths / 64.0;

    public TimeSpan WindowTime => new(Window);

    public static Gen<RandomQuota> Of(TimeSpan resolution, params string[] algorithms) =>
        from algorithm in Gen.Elements(algorithms)
        from whole in Gen.Choose(1, 20)
        from fraction in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 63)))
        from window in Gen.Elements(Windows(resolution))
        from segments in Gen.Choose(1, 12)
        select new RandomQuota(algorithm, (whole * 64) + fraction, algorithm == Calendar ? TimeSpan.TicksPerDay : window.Ticks, segments);

    /// <summary>A quota whose windows, segments and tokens are whole steps of the clock, so that nothing is rounded.</summary>
    public static Gen<RandomQuota> Whole(TimeSpan resolution, params string[] algorithms) =>
        from algorithm in Gen.Elements(algorithms)
        from limit in Gen.Elements(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20)
        from window in Gen.Elements(240 * resolution, TimeSpan.FromSeconds(2.4), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1))
        from segments in Gen.Elements(1, 2, 3, 4, 5, 6, 8, 10, 12)
        select new RandomQuota(algorithm, limit * 64, window.Ticks, segments);

    public Quota Create(string name) => Algorithm switch
    {
        Sliding => Quota.SlidingWindow(name, Limit, WindowTime, Segments),
        Bucket => Quota.TokenBucket(name, Limit, WindowTime),
        Calendar => Quota.CalendarWindow(name, Limit, CalendarPeriod.Day),
        _ => Quota.FixedWindow(name, Limit, WindowTime, alignToClock: Algorithm == Aligned),
    };
}
