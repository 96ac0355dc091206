using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Many callers that ask again and again and note how long each answer took.</summary>
internal sealed class Load
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<(double Milliseconds, bool IsAnswered)> _calls = [];
    private readonly Task[] _callers;
    private readonly Task _watching;
    private volatile bool _isStopping;

    private Load(Func<Task<bool>> ask, int callers)
    {
        _callers = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(ask)))];
        _watching = Task.Factory.StartNew(Watch, TaskCreationOptions.LongRunning);
    }

    public int Calls => _calls.Count;

    public int Unanswered => _calls.Count(call => !call.IsAnswered);

    /// <summary>
    /// Gets the longest time in milliseconds for which the process stood still, after <see cref="StopAsync"/>. No caller could be answered then,
    /// which is no fault of what they ask.
    /// </summary>
    public double Standstill { get; private set; }

    /// <summary>Gets the times in milliseconds, the shortest first.</summary>
    private double[] Times => [.. _calls.Select(call => call.Milliseconds).Order()];

    /// <summary>Starts the callers.</summary>
    /// <param name="ask">Asks, and tells whether there was an answer. What it throws fails the test.</param>
    /// <param name="callers">How many.</param>
    public static Load Start(Func<Task<bool>> ask, int callers = 32) => new(ask, callers);

    public Task StopAsync()
    {
        _isStopping = true;
        return Task.WhenAll([.. _callers, _watching]);
    }

    public double Percentile(double percent) => Times is { Length: > 0 } times ? times[(int)((times.Length - 1) * percent / 100)] : 0;

    /// <summary>Counts the calls that waited for about the deadline.</summary>
    public int Slow(TimeSpan deadline) => _calls.Count(call => call.Milliseconds > deadline.TotalMilliseconds * 0.8);

    public string Describe() =>
        $"{Calls} calls, {Unanswered} unanswered; 50% within {Percentile(50):0.00} ms, 99% within {Percentile(99):0.0} ms, "
        + $"all within {Percentile(100):0} ms; {Standstill:0} ms of standstill";

    /// <summary>Notes how late its own thread is, and none of the pool: if calls occupied all of those, that would be a fault.</summary>
    private void Watch()
    {
        while (!_isStopping)
        {
            var start = TimeProvider.System.GetTimestamp();
            Thread.Sleep(s_look);
            Standstill = Math.Max(Standstill, (TimeProvider.System.GetElapsedTime(start) - s_look).TotalMilliseconds);
        }
    }

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
