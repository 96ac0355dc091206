namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts permits in segments of the clock and lets a segment's permits go when the whole segment has left the window.
/// </summary>
/// <remarks>
/// Of a window of n segments, n + 1 are live at any moment: the window begins in the middle of the oldest, and letting
/// that one go early is how other limiters admit twice the limit. So in no period of the window's length, wherever it
/// starts, are more permits than the limit taken; the price is at most one segment of delay.
/// </remarks>
internal sealed class SlidingWindowQuota : Quota
{
    internal const int DefaultSegments = 12;
    internal const int MaxSegments = 1_000;

    // State: the limit, the newest segment's number since the epoch, then a ring with a count for each live segment.
    private const int Newest = 1;
    private const int Ring = 2;

    private readonly int _segments;
    private readonly long _segmentLength;

    public SlidingWindowQuota(QuotaDescription description, double limit, long window, int segments)
        : base(description, limit)
    {
        _segments = segments;
        _segmentLength = (window + segments - 1) / segments;
    }

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

    internal override long Charge(Span<long> state, double limit, long now, long permits)
    {
        Advance(state, now);
        CountOf(state, state[Newest]) += permits;
        return state[Newest];
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, long mark)
    {
        Advance(state, now);
        if (mark >= state[Newest] - _segments)
        {
            ref var count = ref CountOf(state, mark);
            count = Math.Max(0, count - permits);
        }
    }

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        Advance(state, now);
        var newest = state[Newest];
        long used = 0, firstUsed = -1, lastUsed = -1;
        for (var segment = newest - _segments; segment <= newest; segment++)
        {
            var count = CountOf(state, segment);
            if (count > 0)
            {
                used += count;
                firstUsed = firstUsed < 0 ? segment : firstUsed;
                lastUsed = segment;
            }
        }

        return new QuotaStatus(
            Description,
            limit,
            Math.Max(0, (long)limit - used),
            used > 0 ? ExpiryOf(firstUsed) - now : QuotaStatus.NoTime,
            used > 0 ? ExpiryOf(lastUsed) - now : 0,
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
