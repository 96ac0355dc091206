namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What a user of a Redis with access control must be allowed. The documentation of the settings says the same.</summary>
internal static class AccessRule
{
    /// <summary>
    /// The commands: the scripts, what they call, what a reset calls, and what the client library finds out with that a
    /// connection is well.
    /// </summary>
    public const string Commands = "+evalsha +eval +time +get +set +setrange +del +echo +ping";
}
