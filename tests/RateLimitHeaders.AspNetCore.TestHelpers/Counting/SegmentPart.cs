namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The parts of a sliding window's segment, which are the precision of a store that does not keep moments exactly.</summary>
internal static class SegmentPart
{
    /// <summary>Gets the last tick of the part of its segment that a moment is in; the moment itself if there are no parts.</summary>
    public static long EndOf(long moment, long segment, long parts)
    {
        if (parts == 0)
        {
            return moment;
        }

        var (part, start) = ((segment + parts - 1) / parts, moment - (moment % segment));
        return start + Math.Min(segment, (((moment - start) / part) + 1) * part) - 1;
    }
}
