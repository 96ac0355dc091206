namespace RateLimitHeaders.AspNetCore;

/// <summary>The status of reloading: since when the limits are in force, and whether later configuration could not be used.</summary>
/// <param name="InForceSince">When the limits in force were put in force.</param>
/// <param name="Timestamp">The same moment by the monotonic clock, because the wall clock may be set.</param>
/// <param name="LastFailure">The last time at which configuration could not be used, and the error; <see langword="null"/> if this has not happened.</param>
/// <param name="IsFailing">Whether configuration, as it was last read, cannot be used.</param>
internal sealed record ReloadStatus(
    DateTimeOffset InForceSince, long Timestamp, (DateTimeOffset At, Exception Exception)? LastFailure = null, bool IsFailing = false)
{
    /// <summary>Returns the status of limits that are in force from now on.</summary>
    public static ReloadStatus Now(TimeProvider timeProvider) => new(timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
}
