namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Every caller is hot from the first request on, and takes all that remains if it uses so much.</summary>
internal static class EagerLeases
{
    public static LocalLeases Of(int maxBatch, TimeSpan holdTime) => new(maxBatch, holdTime) { HotRequests = 1, LeastParts = 1 };
}
