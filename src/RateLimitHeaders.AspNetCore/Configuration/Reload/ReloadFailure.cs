namespace RateLimitHeaders.AspNetCore;

/// <summary>Why changed configuration is not in force.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Exception">The error: a <see cref="RateLimitConfigurationException"/>, unless something unexpected has failed.</param>
internal sealed record ReloadFailure(DateTimeOffset At, Exception Exception);
