namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The times that tests are written with; a static using of every project that has such tests.</summary>
internal static class Durations
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
