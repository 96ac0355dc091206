namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts permits in segments of the clock. The permits of a segment expire when the whole segment has left the window.
/// </summary>
/// <remarks>
/// Of a window of n segments, n + 1 are live at any moment: the window begins in the middle of the oldest, and a
/// limiter that drops it early admits up to twice the limit. So in no period of the window's length, wherever it
/// starts, are more permits than the limit taken; the price is at most one segment of delay.
/// </remarks>
public sealed class SlidingWindowQuota : Quota
{
    internal const int DefaultSegments = 12;
    internal const int MaxSegments = 1_000;

    // State: the limit, the newest segment's number since the epoch, then a ring with a count for each live segment.
    private const int Newest = 1;
    private const int Ring = 2;

    // Of one segment: far above any limit, and the sum of all segments does not overflow.
    private const long MaxUsed = 1L << 52;

    private readonly int _segments;
    private readonly long _segmentLength;

    internal SlidingWindowQuota(QuotaDescription description, double limit, long window, int segments)
        : base(QuotaAlgorithm.SlidingWindow, description, limit, segments)
    {
        _segments = segments;
        _segmentLength = (window + segments - 1) / segments;
    }

    /// <summary>Gets how many segments the window is counted in.</summary>
    public int Segments => _segments;

    /// <summary>Gets the length of a segment; segments begin at its multiples since the Unix epoch.</summary>
    public TimeSpan SegmentLength => new(_segmentLength);

    internal override int StateLength => Ring + _segments + 1;

    internal override long FitsAt(Span<long> state, double limit, long now, long permits)
    {
        if (permits > (long)limit)
        {
            return Never;
        }

        Advance(state, now);
        var excess = UsedIn(state) + permits - (long)limit;
        if (excess <= 0)
        {
            return now;
        }

        var segment = state[Newest] - _segments;
        for (; excess > 0; segment++)
        {
            excess -= CountOf(state, segment);
        }

        return ExpiryOf(segment - 1);
    }

    internal override void Charge(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        Advance(state, now);
        ref var count = ref CountOf(state, state[Newest]);
        count = Math.Min(MaxUsed, count + permits);
        mark.Add(state[Newest], permits);
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        Advance(state, now);
        if (mark.At >= state[Newest] - _segments)
        {
            ref var count = ref CountOf(state, mark.At);
            count = Math.Max(0, count - mark.Remove(permits));
        }
    }

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        Advance(state, now);
        var newest = state[Newest];
        var used = UsedIn(state);

        // After a limit was lowered, or more charged than fits, the oldest permits come back before any is left to take.
        var excess = Math.Max(0, used - (long)limit);
        long gone = 0, more = -1, last = -1;
        for (var segment = newest - _segments; segment <= newest; segment++)
        {
            var count = CountOf(state, segment);
            if (count > 0)
            {
                gone += count;
                more = more < 0 && gone > excess ? segment : more;
                last = segment;
            }
        }

        return new QuotaStatus(
            Description,
            limit,
            Math.Max(0, (long)limit - used),
            more >= 0 ? ExpiryOf(more) - now : QuotaStatus.NoTime,
            last >= 0 ? ExpiryOf(last) - now : 0,
            isViolated);
    }

    internal override long FullAt(ReadOnlySpan<long> state)
    {
        for (var segment = state[Newest]; segment >= state[Newest] - _segments; segment--)
        {
            if (state[SlotOf(segment)] > 0)
            {
                return ExpiryOf(segment);
            }
        }

        return 0;
    }

    private long ExpiryOf(long segment) => (segment + 1 + _segments) * _segmentLength;

    // The newest segment of a state that was never used is number 0: the segments before it, down to -n, share the ring.
    private int SlotOf(long segment) => Ring + (int)((segment + _segments + 1) % (_segments + 1));

    private ref long CountOf(Span<long> state, long segment) => ref state[SlotOf(segment)];

    private long UsedIn(ReadOnlySpan<long> state)
    {
        long used = 0;
        foreach (var count in state.Slice(Ring, _segments + 1))
        {
            used += count;
        }

        return used;
    }

    private void Advance(Span<long> state, long now)
    {
        var segment = now / _segmentLength;
        var steps = segment - state[Newest];
        if (steps <= 0)
        {
            return;
        }

        if (steps > _segments)
        {
            state.Slice(Ring, _segments + 1).Clear();
        }
        else
        {
            for (var entered = state[Newest] + 1; entered <= segment; entered++)
            {
                CountOf(state, entered) = 0;
            }
        }

        state[Newest] = segment;
    }
}
