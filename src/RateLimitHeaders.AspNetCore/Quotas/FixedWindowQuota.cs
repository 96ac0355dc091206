namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the permits of windows of equal length.</summary>
public sealed class FixedWindowQuota : WindowQuota
{
    private readonly long _window;

    internal FixedWindowQuota(QuotaDescription description, double limit, long window, bool alignToClock)
        : base(QuotaAlgorithm.FixedWindow, description, limit, alignToClock ? 1 : 0)
    {
        _window = window;
        AlignsToClock = alignToClock;
    }

    /// <summary>Gets a value indicating whether windows begin at multiples of their length since the Unix epoch.</summary>
    public bool AlignsToClock { get; }

    private protected override bool IsAligned => AlignsToClock;

    private protected override (long Start, long End) WindowOf(long wallClock)
    {
        var start = AlignsToClock ? wallClock / _window * _window : wallClock;
        return (start, start + _window);
    }
}
