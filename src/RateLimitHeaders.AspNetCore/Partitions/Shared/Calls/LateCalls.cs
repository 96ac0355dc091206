namespace RateLimitHeaders.AspNetCore;

/// <summary>The calls of a store that had no answer in time, and may still get one.</summary>
internal sealed class LateCalls
{
    // As long as a thread of a busy machine may have to wait for a processor.
    private const int LongestWait = 50;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    private int _count;

    /// <summary>Gets their number.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);

    /// <summary>Waits until answers that have arrived are read, which other threads may be about to do, or briefly if some never arrive.</summary>
    /// <remarks>The real clock counts, whatever the clock of the limits is: the wait is for other threads of this process.</remarks>
    public async Task WhenReadAsync()
    {
        for (var waited = 0; Count > 0 && waited < LongestWait; waited++)
        {
            await Task.Delay(s_pause, TimeProvider.System);
        }
    }
}
