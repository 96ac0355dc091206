namespace RateLimitHeaders.AspNetCore;

/// <summary>The last rejection of a caller that was logged.</summary>
/// <param name="Until">The moment until which further rejections are not logged, on the clock of <see cref="RateLimitClock.Now"/>.</param>
/// <param name="Quota">The index of the quota that rejected it; -1 if that is not known.</param>
internal sealed record LoggedRejection(long Until, int Quota)
{
    /// <summary>Returns whether another rejection is to be logged: one for another reason, for which the caller waits longer.</summary>
    public bool IsOvertakenBy(LoggedRejection other) => other.Quota != Quota && other.Until > Until;
}
