namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the permits of one window, which ends for all of them at once.</summary>
public sealed class FixedWindowQuota : Quota
{
    // State: the limit, when the window ends, what is used in it.
    private const int End = 1;
    private const int Used = 2;

    // Far above any limit, and far below where adding one more charge overflows.
    private const long MaxUsed = 1L << 62;

    private readonly long _window;

    internal FixedWindowQuota(QuotaDescription description, double limit, long window, bool alignToClock)
        : base(QuotaAlgorithm.FixedWindow, description, limit, alignToClock ? 1 : 0)
    {
        _window = window;
        AlignsToClock = alignToClock;
    }

    /// <summary>Gets a value indicating whether windows begin at multiples of their length since the Unix epoch.</summary>
    public bool AlignsToClock { get; }

    internal override int StateLength => 3;

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
            state[End] = NextEnd(now);
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

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        var used = UsedAt(state, now);
        var untilEnd = now < state[End] ? state[End] - now : AlignsToClock ? NextEnd(now) - now : 0;
        var untilMore = used > 0 && limit >= 1 ? untilEnd : QuotaStatus.NoTime;
        return new QuotaStatus(Description, limit, Math.Max(0, (long)limit - used), untilMore, untilEnd, isViolated);
    }

    // A window that is open with nothing used (all was refunded) still tells when it ends, unless the clock tells that.
    internal override long FullAt(ReadOnlySpan<long> state) => AlignsToClock && state[Used] == 0 ? 0 : state[End];

    private static long UsedAt(ReadOnlySpan<long> state, long now) => now < state[End] ? state[Used] : 0;

    private long NextEnd(long now) => AlignsToClock ? ((now / _window) + 1) * _window : now + _window;
}
