namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>How many requests each caller may make in how long.</summary>
internal sealed record Limit(int Permits, TimeSpan Window)
{
    /// <summary>More than a client can send. Nine digits are long texts in headers; shorter numbers are cheaper to write.</summary>
    public static readonly Limit NeverReached = new(500_000_000, TimeSpan.FromMinutes(1));

    /// <summary>So little that all requests but the first are rejected.</summary>
    public static readonly Limit OnceADay = new(1, TimeSpan.FromDays(1));
}
