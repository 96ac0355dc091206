namespace RateLimitHeaders.AspNetCore;

/// <summary>Tells since when the limits in force are, and whether configuration that came later could not be used.</summary>
/// <param name="InForceSince">When the limits in force were put in force.</param>
/// <param name="LastFailure">The last failure since the application started; <see langword="null"/> for none.</param>
/// <param name="IsFailing">Whether configuration cannot be used as it was read last.</param>
internal sealed record ReloadStatus(DateTimeOffset InForceSince, ReloadFailure? LastFailure = null, bool IsFailing = false);
