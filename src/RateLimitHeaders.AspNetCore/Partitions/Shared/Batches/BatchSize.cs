namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// How large the batches of a caller are: none while it is quiet; twice as large each time, up to what it uses in an eighth
/// of the hold time. So little is held that is not used. The lock of the caller guards it.
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

    /// <summary>Gets the size of the next batch, from what was used since the last one was asked for.</summary>
    /// <param name="now">The present.</param>
    /// <returns>The permits; 0 if the caller is not hot any more.</returns>
    public int Next(long now)
    {
        if (!IsHot)
        {
            return 0;
        }

        // After no time the quotient is infinite, and Min gives MaxBatch.
        var holdTimes = (double)(now - _since) / tuning.HoldTime.Ticks;
        var isHot = _requests >= tuning.HotRequests * holdTimes;
        var used = Math.Min(tuning.MaxBatch, _permits / (holdTimes * PartsOfHoldTime));
        _size = isHot && used >= Smallest ? (int)Math.Min(used, 2L * _size) : 0;
        Restart(now);
        return _size;
    }

    /// <summary>Begins anew, with no batches.</summary>
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
