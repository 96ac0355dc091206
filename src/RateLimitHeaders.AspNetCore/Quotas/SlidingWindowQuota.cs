namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts permits in segments of the clock. The permits of a segment expire when the last of them has left the window.
/// </summary>
/// <remarks>
/// Of a window of n segments, n + 1 are live at any moment: the window begins in the middle of the oldest one, and a limiter that
/// drops it early admits up to twice the limit. Here no permit expires before it has left the window, so that no period of
/// the window's length, wherever it starts, contains more permits than the limit. The price is a delay of at most the time
/// between the first and the last permit of a segment. A burst comes back one window later.
/// <para>
/// The moment of a segment's last permit is kept exactly for the newest segment, and in the upper bits of the count for
/// the others, rounded up to a part of the segment.
/// </para>
/// </remarks>
public sealed class SlidingWindowQuota : Quota
{
    internal const int DefaultSegments = 12;
    internal const int MaxSegments = 1_000;

    // State: the limit, when the last permit was taken, then a ring of a word for each live segment.
    private const int Last = 1;
    private const int Ring = 2;

    // A word of the ring: the lower bits are the permits, and have room for any limit; the others are the part of the segment in which
    // the last of them was taken.
    private const int CountBits = 50;
    private const long MaxCount = (1L << CountBits) - 1;
    private const long Parts = 1L << (63 - CountBits);

    private readonly int _segments;
    private readonly Divisor _slots;
    private readonly Divisor _segmentLength;
    private readonly long _partLength;
    private readonly long _window;

    internal SlidingWindowQuota(QuotaDescription description, double limit, long window, int segments)
        : base(QuotaAlgorithm.SlidingWindow, description, limit, segments)
    {
        _segments = segments;
        _window = window;
        _slots = new Divisor(segments + 1);
        _segmentLength = new Divisor((window + segments - 1) / segments);
        _partLength = (_segmentLength.Value + Parts - 1) / Parts;
    }

    /// <summary>Gets the number of segments in which the window is counted.</summary>
    public int Segments => _segments;

    /// <summary>Gets the length of a segment; segments begin at its multiples since the Unix epoch.</summary>
    public TimeSpan SegmentLength => new(_segmentLength.Value);

    internal override int StateLength => Ring + _segments + 1;

    internal override long FitsAt(Span<long> state, double limit, long now, long permits)
    {
        if (permits > (long)limit)
        {
            return Never;
        }

        var oldest = OldestLive(state, now);
        var excess = UsedSince(state, oldest) + permits - (long)limit;
        if (excess <= 0)
        {
            return now;
        }

        var (segment, slot) = (oldest, SlotOf(oldest));
        for (; excess > 0; segment++, slot = SlotAfter(slot))
        {
            excess -= state[slot] & MaxCount;
        }

        return ExpiryOf(state, segment - 1);
    }

    internal override void Charge(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        now = Math.Max(now, state[Last]);
        var (newest, segment) = (NewestOf(state), _segmentLength.Divide(now));
        if (segment > newest)
        {
            // The ring now records when the last permit of the former newest segment was taken, rounded up by at most one part. A segment
            // that has expired is cleared instead, so that rounding does not revive it.
            ref var before = ref WordOf(state, newest);
            before = state[Last] + _window <= now ? 0 : before | ((state[Last] - (newest * _segmentLength.Value)) / _partLength << CountBits);
            for (var entered = Math.Max(newest + 1, segment - _segments); entered <= segment; entered++)
            {
                WordOf(state, entered) = 0;
            }
        }

        state[Last] = now;
        ref var count = ref WordOf(state, segment);
        var counted = Math.Min(MaxCount - count, permits);
        count += counted;
        if (mark.Permits + mark.Earlier > 0)
        {
            mark.ForgetBefore(OldestLive(state, now));
        }

        mark.AddBehind(segment, counted);
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        mark.ForgetBefore(OldestLive(state, now));
        var latest = mark.Remove(permits);
        GiveBack(state, mark.At, latest);

        // The distribution over the earlier segments is not known. The refund begins with the earliest one, so that no remaining permit is
        // counted for less time than it was taken for.
        var earlier = Math.Min(permits - latest, mark.Earlier);
        mark.Earlier -= earlier;
        for (var segment = mark.AtLeast; segment < mark.At && earlier > 0; segment++)
        {
            earlier -= GiveBack(state, segment, earlier);
        }
    }

    internal override long UsedPermits(Span<long> state, double limit, long now) => UsedSince(state, OldestLive(state, now));

    internal override void Grant(Span<long> state, double limit, long now, long permits)
    {
        var oldest = OldestLive(state, now);
        for (var segment = NewestOf(state); segment >= oldest && permits > 0; segment--)
        {
            permits -= GiveBack(state, segment, permits);
        }
    }

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        var oldest = OldestLive(state, now);
        var used = UsedSince(state, oldest);

        // After a limit was lowered, or more was charged than fits, the oldest permits come back before any can be taken.
        var excess = Math.Max(0, used - (long)limit);
        long gone = 0, more = -1, last = -1;
        var (newest, slot) = (NewestOf(state), SlotOf(oldest));
        for (var segment = oldest; segment <= newest; segment++, slot = SlotAfter(slot))
        {
            var count = state[slot] & MaxCount;
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
            more >= 0 ? ExpiryOf(state, more) - now : QuotaStatus.NoTime,
            last >= 0 ? ExpiryOf(state, last) - now : 0,
            isViolated);
    }

    internal override long FullAt(ReadOnlySpan<long> state)
    {
        var newest = NewestOf(state);
        for (var segment = newest; segment >= Math.Max(0, newest - _segments); segment--)
        {
            if (CountOf(state, segment) > 0)
            {
                return ExpiryOf(state, segment);
            }
        }

        return 0;
    }

    private int SlotOf(long segment) => Ring + (int)_slots.Remainder(segment);

    // Finding each slot by a division would take longer than the rest of a decision.
    private int SlotAfter(int slot) => slot < Ring + _segments ? slot + 1 : Ring;

    private ref long WordOf(Span<long> state, long segment) => ref state[SlotOf(segment)];

    private long CountOf(ReadOnlySpan<long> state, long segment) => state[SlotOf(segment)] & MaxCount;

    private long GiveBack(Span<long> state, long segment, long permits)
    {
        var given = Math.Min(permits, CountOf(state, segment));
        WordOf(state, segment) -= given;
        return given;
    }

    private long NewestOf(ReadOnlySpan<long> state) => _segmentLength.Divide(state[Last]);

    /// <summary>Gets the oldest segment of which a permit is still in the window, or the one after the newest if there is none.</summary>
    private long OldestLive(ReadOnlySpan<long> state, long now)
    {
        var newest = NewestOf(state);
        var oldest = Math.Max(0, newest - _segments);

        // Segments that begin in the window are live; for the segment in which the window begins, the last permit decides.
        var first = now < _window ? 0 : _segmentLength.Divide(now - _window);
        if (first < oldest)
        {
            return oldest;
        }

        return first <= newest && ExpiryOf(state, first) > now ? first : Math.Min(first, newest) + 1;
    }

    private long UsedSince(ReadOnlySpan<long> state, long oldest)
    {
        long used = 0;
        var (newest, slot) = (NewestOf(state), SlotOf(oldest));
        for (var segment = oldest; segment <= newest; segment++, slot = SlotAfter(slot))
        {
            used += state[slot] & MaxCount;
        }

        return used;
    }

    /// <summary>Gets the moment at which the last permit of a segment has left the window.</summary>
    private long ExpiryOf(ReadOnlySpan<long> state, long segment)
    {
        if (segment == NewestOf(state))
        {
            return state[Last] + _window;
        }

        var part = (state[SlotOf(segment)] >> CountBits) + 1;
        return (segment * _segmentLength.Value) + Math.Min(_segmentLength.Value, part * _partLength) - 1 + _window;
    }
}
