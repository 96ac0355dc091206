namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Counts in a test's Redis, and in nothing else: a server that is too slow or gone shows as rejections with 503.</summary>
internal static class RedisTesting
{
    // Long enough for the slowest machine, since these tests are of what is counted and not of how fast.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    /// <summary>Gets settings with which nothing but Redis counts.</summary>
    /// <param name="clock">The clock that stands for the server's; none for the server's own.</param>
    public static RedisStoreOptions OptionsOf(ManualTimeProvider? clock) => new()
    {
        Deadline = s_deadline,
        WhenUnavailable = StoreUnavailable.Reject,
        TestClock = clock is null ? null : () => RateLimitClock.For(clock).Now / TimeSpan.TicksPerMicrosecond,
    };
}
