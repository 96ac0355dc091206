namespace RateLimitHeaders.AspNetCore;

/// <summary>The rejection of a caller that was logged last.</summary>
/// <param name="Until">The moment until which further ones are not logged, as <see cref="RateLimitClock.Now"/> counts.</param>
/// <param name="Quota">The index of the quota that rejected it; -1 if that is not known.</param>
internal sealed record LoggedRejection(long Until, int Quota)
{
    /// <summary>Tells whether another rejection is to be logged: one for another reason, for which the caller waits longer.</summary>
    public bool IsOvertakenBy(LoggedRejection other) => other.Quota != Quota && other.Until > Until;
}
