using System.Globalization;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The last arguments of the scripts that take, in tests: the present, and what is added to the lives of states.</summary>
internal static class TestTime
{
    // In tests time stands still, and yet the states must not expire.
    private const long Longer = 2 * TimeSpan.MicrosecondsPerHour;

    /// <summary>Gets the arguments; none without a clock of a test.</summary>
    public static RedisValue[] Of(Func<long>? testClock) => testClock is null ? [] : [.. Now(testClock), Longer];

    /// <summary>Gets the present alone, for the other scripts; nothing without a clock of a test.</summary>
    public static RedisValue[] Now(Func<long>? testClock) => testClock is null ? [] : [testClock().ToString(CultureInfo.InvariantCulture)];
}
