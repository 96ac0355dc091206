namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Waits for what other threads do.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> condition, string otherwise)
    {
        for (var attempt = 0; !condition(); attempt++)
        {
            Assert.True(attempt < 10_000, otherwise);
            await Task.Delay(1);
        }
    }
}
