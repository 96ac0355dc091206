namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the permits of one window, which ends for all of them at once.</summary>
/// <remarks>
/// An open window ends at the moment that was announced for it. If windows are aligned to the wall clock, that clock decides only when a
/// new window ends, so that its corrections change no decision about used permits. The boundary of the clock that is
/// nearest to the end of the previous window counts as over: after a small correction no caller has a second allowance for the same window.
/// </remarks>
public abstract class WindowQuota : Quota
{
    // State: the limit, when the window ends, what is used in it.
    private const int End = 1;
    private const int Used = 2;

    // Far above any limit, and far below the number at which adding one more charge overflows.
    private const long MaxUsed = 1L << 62;

    private RateLimitClock? _clock;

    private protected WindowQuota(QuotaAlgorithm algorithm, QuotaDescription description, double limit, long detail)
        : base(algorithm, description, limit, detail)
    {
    }

    internal override int StateLength => 3;

    private protected abstract bool IsAligned { get; }

    /// <summary>Continues a window that a caller has elsewhere, in addition to what is already counted here.</summary>
    /// <param name="state">The counts.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="end">When that window ends; it no longer counts if that is over.</param>
    /// <param name="used">The permits that are used in it.</param>
    internal static void Resume(Span<long> state, long now, long end, long used)
    {
        if (now < end)
        {
            (state[Used], state[End]) = (Math.Min(MaxUsed, UsedAt(state, now) + used), Math.Max(state[End], end));
        }
    }

    internal override Quota WithClock(RateLimitClock clock)
    {
        if (!IsAligned || clock == _clock)
        {
            return this;
        }

        var copy = (WindowQuota)MemberwiseClone();
        copy._clock = clock;
        return copy;
    }

    internal override long FitsAt(Span<long> state, double limit, long now, long permits)
    {
        if (permits > (long)limit)
        {
            return Never;
        }

        return UsedAt(state, now) <= (long)limit - permits ? now : state[End];
    }

    internal override void Charge(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        if (now >= state[End])
        {
            state[End] = NextEnd(now, state[End]);
            state[Used] = 0;
        }

        var counted = Math.Min(MaxUsed - state[Used], permits);
        state[Used] += counted;
        mark.Add(state[End], counted);
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        if (state[End] == mark.At)
        {
            state[Used] = Math.Max(0, state[Used] - mark.Remove(permits));
        }
    }

    internal override void Grant(Span<long> state, double limit, long now, long permits) =>
        state[Used] = Math.Max(0, state[Used] - permits);

    internal override long UsedPermits(Span<long> state, double limit, long now) => UsedAt(state, now);

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        var used = UsedAt(state, now);
        var untilEnd = now < state[End] ? state[End] - now : IsAligned ? NextEnd(now, state[End]) - now : 0;
        var untilMore = used > 0 && limit >= 1 ? untilEnd : QuotaStatus.NoTime;
        return new QuotaStatus(DescriptionAt(now), limit, Math.Max(0, (long)limit - used), untilMore, untilEnd, isViolated);
    }

    // An open window in which nothing is used (all was refunded) still reports when it ends, unless the clock reports that.
    internal override long FullAt(ReadOnlySpan<long> state) => IsAligned && state[Used] == 0 ? 0 : state[End];

    /// <summary>Returns the description of the open window, or of the one that would open.</summary>
    private protected virtual QuotaDescription DescriptionAt(long now) => Description;

    /// <summary>Returns the window of a moment by the wall clock.</summary>
    private protected abstract (long Start, long End) WindowOf(long wallClock);

    private protected long WallClockShift(long now)
    {
        // A wall clock before the Unix epoch is wrong.
        var shift = _clock?.WallClockShift(now) ?? 0;
        return now + shift < 0 ? 0 : shift;
    }

    private static long UsedAt(ReadOnlySpan<long> state, long now) => now < state[End] ? state[Used] : 0;

    private long NextEnd(long now, long lastEnd)
    {
        if (!IsAligned)
        {
            return WindowOf(now).End;
        }

        var shift = WallClockShift(now);
        var (start, end) = WindowOf(now + shift);
        if (lastEnd > 0 && lastEnd + shift > start + ((end - start) / 2))
        {
            // The clock was set back: the previous window has covered most of this one.
            end = WindowOf(end).End;
        }

        // Beyond the last possible date, the window is as long as the longest one.
        return end > now + shift ? end - shift : now + Shape.Window;
    }
}
