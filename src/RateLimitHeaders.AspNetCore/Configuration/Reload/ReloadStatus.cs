namespace RateLimitHeaders.AspNetCore;

/// <summary>Tells since when the limits in force are, and whether configuration that came later could not be used.</summary>
/// <param name="InForceSince">When the limits in force were put in force.</param>
/// <param name="Timestamp">The same moment by the monotonic clock, since the wall clock may be set.</param>
/// <param name="LastFailure">The last failure since the application started; <see langword="null"/> for none.</param>
/// <param name="IsFailing">Whether configuration cannot be used as it was read last.</param>
internal sealed record ReloadStatus(DateTimeOffset InForceSince, long Timestamp, ReloadFailure? LastFailure = null, bool IsFailing = false)
{
    /// <summary>Tells that limits are in force from now on.</summary>
    public static ReloadStatus Now(TimeProvider timeProvider) => new(timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
}
