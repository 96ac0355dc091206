namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the library logged that calls for an action.</summary>
internal static class Complaints
{
    public static (LogLevel Level, int Id, string Message)[] Of(TestApi api) =>
        [.. api.Log.Entries.Where(entry => entry.Level >= LogLevel.Warning)];
}
