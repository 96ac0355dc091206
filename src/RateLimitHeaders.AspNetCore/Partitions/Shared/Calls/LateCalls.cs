namespace RateLimitHeaders.AspNetCore;

/// <summary>The calls of a store that had no answer in time, and may get one still.</summary>
internal sealed class LateCalls
{
    // As long as a thread of a busy machine may have to wait for a processor.
    private const int LongestWait = 50;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    private int _count;

    /// <summary>Gets how many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);

    /// <summary>Waits until the answers that have come are read, which other threads may be about to do, or for a moment if some never come.</summary>
    /// <remarks>The real clock counts, whatever the clock of the limits is: it is the other threads of this process that are waited for.</remarks>
    public async Task WhenReadAsync()
    {
        for (var waited = 0; Count > 0 && waited < LongestWait; waited++)
        {
            await Task.Delay(s_pause, TimeProvider.System);
        }
    }
}
