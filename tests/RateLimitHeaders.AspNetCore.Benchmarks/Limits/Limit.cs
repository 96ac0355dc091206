namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>How many requests each caller may make in how long.</summary>
internal sealed record Limit(int Permits, TimeSpan Window)
{
    /// <summary>More than anybody can send. Nine digits are long texts in headers: small numbers cost us less.</summary>
    public static readonly Limit NeverReached = new(500_000_000, TimeSpan.FromMinutes(1));

    /// <summary>So little that all requests but the first are refused.</summary>
    public static readonly Limit OnceADay = new(1, TimeSpan.FromDays(1));
}
