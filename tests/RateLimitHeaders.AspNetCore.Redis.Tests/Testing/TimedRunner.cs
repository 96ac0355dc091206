using System.Globalization;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Has scripts count by the clock of a test. It stands still, so that states live longer, and none expires by the clock of Redis.</summary>
/// <param name="runner">Runs the scripts.</param>
/// <param name="now">Tells the present in microseconds since the Unix epoch.</param>
internal sealed class TimedRunner(IScriptRunner runner, Func<long> now) : IScriptRunner
{
    private const long LongerLife = 2 * TimeSpan.MicrosecondsPerHour;

    public TimedRunner(IScriptRunner runner, ManualTimeProvider clock)
        : this(runner, () => RateLimitClock.For(clock).Now / TimeSpan.TicksPerMicrosecond)
    {
    }

    public bool SeesAllKeys => runner.SeesAllKeys;

    public bool SeesSlots => runner.SeesSlots;

    public Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values) =>
        runner.RunAsync(script, keys, [.. values, .. TimeFor(script)]);

    /// <summary>Gets the last arguments of a script.</summary>
    private RedisValue[] TimeFor(RedisScript script)
    {
        if (script == Scripts.Check || script == Scripts.Delete)
        {
            return [];
        }

        RedisValue present = now().ToString(CultureInfo.InvariantCulture);
        return script == Scripts.LookGroup ? [present] : [present, LongerLife];
    }
}
