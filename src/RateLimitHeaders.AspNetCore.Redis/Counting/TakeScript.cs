using System.Globalization;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The script that takes permits, which nearly every call is. It is for plans without concurrency and batches, and takes Redis
/// two thirds of the time that <see cref="CountScript"/> does, which could do it too.
/// </summary>
internal sealed class TakeScript
{
    private const int NumbersPerQuota = PackedPlan.NumbersPerQuota + 1;

    // In tests time stands still, and yet the states must not expire.
    private const long LongerInTests = 2 * TimeSpan.MicrosecondsPerHour;

    private readonly double[] _plan;
    private readonly RedisValue _one;

    /// <param name="plan">The packed plan.</param>
    public TakeScript(double[] plan)
    {
        _plan = plan;
        _one = Pack(permits: 1, limits: []);
    }

    public static RedisScript Script { get; } = new(RedisScript.Read("take.lua"));

    /// <summary>Gets the same script for several callers.</summary>
    public static RedisScript Group { get; } = new(GroupText());

    /// <summary>Gets the argument that says what to take, and of which plan.</summary>
    /// <param name="permits">The permits.</param>
    /// <param name="limits">The limits from now on; empty for those that the caller has.</param>
    public RedisValue Argument(int permits, double[] limits) => permits == 1 && limits.Length == 0 ? _one : Pack(permits, limits);

    /// <summary>Gets the arguments that come last: none but in tests.</summary>
    /// <param name="testClock">The clock that stands for the server's.</param>
    public static RedisValue[] Last(Func<long>? testClock) =>
        testClock is null ? [] : [testClock().ToString(CultureInfo.InvariantCulture), LongerInTests];

    private static string GroupText()
    {
        var caller = Script.Text.IndexOf("-- The caller", StringComparison.Ordinal);
        return RedisScript.Read("group.lua")
            .Replace("--[[ take.lua, up to the caller ]]", Script.Text[..caller], StringComparison.Ordinal)
            .Replace("--[[ take.lua, the caller ]]", Script.Text[caller..], StringComparison.Ordinal);
    }

    private RedisValue Pack(int permits, double[] limits)
    {
        var count = _plan.Length / PackedPlan.NumbersPerQuota;
        var numbers = new double[1 + (count * NumbersPerQuota)];
        numbers[0] = permits;
        for (var i = 0; i < count; i++)
        {
            var quota = numbers.AsSpan(1 + (i * NumbersPerQuota), NumbersPerQuota);
            _plan.AsSpan(i * PackedPlan.NumbersPerQuota, PackedPlan.NumbersPerQuota).CopyTo(quota);
            quota[^1] = limits.Length > 0 ? limits[i] : double.NaN;
        }

        return CountScript.Pack(numbers);
    }
}
