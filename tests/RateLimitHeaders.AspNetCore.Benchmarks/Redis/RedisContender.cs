namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>One way to count, and what it achieved in each round.</summary>
/// <param name="name">What it is called.</param>
/// <param name="ask">Asks for the caller of a number.</param>
/// <param name="callers">How many ask at a time.</param>
internal sealed class RedisContender(string name, Func<int, ValueTask> ask, int callers = 64)
{
    // The clock is read once for so many calls.
    private const int CallsPerLook = 16;

    private readonly List<double> _perSecond = [];

    public string Name => name;

    /// <summary>Gets the calls per second in each round.</summary>
    public IReadOnlyList<double> PerSecond => _perSecond;

    public double Median => MedianOf(_perSecond);

    public static double MedianOf(IEnumerable<double> numbers)
    {
        var ordered = numbers.Order().ToArray();
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    /// <summary>Has each caller ask again and again.</summary>
    /// <param name="time">For how long.</param>
    /// <param name="isMeasured">Whether it counts, or warms up.</param>
    public async Task RunAsync(TimeSpan time, bool isMeasured)
    {
        var start = TimeProvider.System.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var count = 0L;
            while (TimeProvider.System.GetElapsedTime(start) < time)
            {
                for (var i = 0; i < CallsPerLook; i++)
                {
                    await ask(caller);
                }

                count += CallsPerLook;
            }

            return count;
        })));
        if (isMeasured)
        {
            _perSecond.Add(calls.Sum() / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        }
    }
}
