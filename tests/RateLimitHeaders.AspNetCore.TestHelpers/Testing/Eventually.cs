namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Waits for what other threads do.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> condition, string otherwise)
    {
        for (var attempt = 0; !condition(); attempt++)
        {
            Assert.True(attempt < 60_000, otherwise);
            await Task.Delay(1);
        }
    }

    /// <summary>Lets time pass meanwhile, but only while a timer waits for it, however long a busy machine has no processor for other threads.</summary>
    public static Task IsTrueAsync(Func<bool> condition, string otherwise, ManualTimeProvider clock, TimeSpan step) => IsTrueAsync(
        () =>
        {
            if (clock.NextTimer is not null)
            {
                clock.Advance(step);
            }

            return condition();
        },
        otherwise);
}
