using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Many callers that ask again and again and note how long each answer took.</summary>
internal sealed class Load
{
    private readonly ConcurrentQueue<(double Milliseconds, bool IsAnswered)> _calls = [];
    private readonly Task[] _callers;
    private volatile bool _isStopping;

    private Load(Func<Task<bool>> ask, int callers) => _callers = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(ask)))];

    public int Calls => _calls.Count;

    public int Unanswered => _calls.Count(call => !call.IsAnswered);

    /// <summary>Gets the times in milliseconds, the shortest first.</summary>
    private double[] Times => [.. _calls.Select(call => call.Milliseconds).Order()];

    /// <summary>Starts the callers.</summary>
    /// <param name="ask">Asks, and tells whether there was an answer. What it throws fails the test.</param>
    /// <param name="callers">How many.</param>
    public static Load Start(Func<Task<bool>> ask, int callers = 32) => new(ask, callers);

    public Task StopAsync()
    {
        _isStopping = true;
        return Task.WhenAll(_callers);
    }

    public double Percentile(double percent) => Times is { Length: > 0 } times ? times[(int)((times.Length - 1) * percent / 100)] : 0;

    /// <summary>Counts the calls that waited for about the deadline.</summary>
    public int Slow(TimeSpan deadline) => _calls.Count(call => call.Milliseconds > deadline.TotalMilliseconds * 0.8);

    public string Describe() =>
        $"{Calls} calls, {Unanswered} unanswered; 50% within {Percentile(50):0.00} ms, 99% within {Percentile(99):0.0} ms, all within {Percentile(100):0} ms";

    private async Task CallAsync(Func<Task<bool>> ask)
    {
        while (!_isStopping)
        {
            var start = TimeProvider.System.GetTimestamp();
            var isAnswered = await ask();
            _calls.Enqueue((TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, isAnswered));

            // Callers come over the network: they don't take the processor from the server that they ask.
            await Task.Delay(2);
        }
    }
}
