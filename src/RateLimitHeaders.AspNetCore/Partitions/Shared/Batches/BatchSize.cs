namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The size of the batches of a caller: none while it is quiet; twice as large each time, up to the permits that it uses in an eighth
/// of the hold time. So few unused permits are held. It is guarded by the lock of the caller.
/// </summary>
internal sealed class BatchSize(BatchTuning tuning)
{
    private const int Smallest = 2;
    private const int PartsOfHoldTime = 8;

    private long _since;
    private int _requests;
    private long _permits;
    private int _size;

    /// <summary>Gets a value indicating whether the caller is hot.</summary>
    public bool IsHot => _size > 0;

    /// <summary>Counts a request.</summary>
    public void Count(long permits, long now)
    {
        if (!IsHot && (_requests == 0 || now - _since > tuning.HoldTime.Ticks))
        {
            Restart(now);
        }

        _requests++;
        _permits += permits;
        if (!IsHot && _requests >= tuning.HotRequests)
        {
            _size = 1;
        }
    }

    /// <summary>Returns the size of the next batch, from the permits that were used since the last one was requested.</summary>
    /// <param name="now">The present moment.</param>
    /// <returns>The permits; 0 if the caller is no longer hot.</returns>
    public int Next(long now)
    {
        if (!IsHot)
        {
            return 0;
        }

        // If no time has passed, the quotient is infinite, and Min returns MaxBatch.
        var holdTimes = (double)(now - _since) / tuning.HoldTime.Ticks;
        var isHot = _requests >= tuning.HotRequests * holdTimes;
        var used = Math.Min(tuning.MaxBatch, _permits / (holdTimes * PartsOfHoldTime));
        _size = isHot && used >= Smallest ? (int)Math.Min(used, 2L * _size) : 0;
        Restart(now);
        return _size;
    }

    /// <summary>Starts again, with no batches.</summary>
    public void Reset()
    {
        _size = 0;
        _requests = 0;
        _permits = 0;
    }

    private void Restart(long now)
    {
        _since = now;
        _requests = 0;
        _permits = 0;
    }
}
