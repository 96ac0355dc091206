namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The ids of the errors of this package's configuration. A number never gets another meaning. <c>src/errors.md</c> explains
/// each of them.
/// </summary>
internal static class RedisErrorIds
{
    /// <summary>The connection string is empty, or cannot be understood.</summary>
    public const string Configuration = "RLH0701";

    /// <summary>There is neither a connection string nor a connection.</summary>
    public const string NoConnection = "RLH0702";

    /// <summary>The prefix of the keys is empty, or has braces or control characters.</summary>
    public const string KeyPrefix = "RLH0703";

    /// <summary>The secret of the hashes is empty.</summary>
    public const string HashKey = "RLH0704";

    /// <summary>A window is too short for Redis.</summary>
    public const string Window = "RLH0705";
}
