namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The ids of the errors of this package's configuration. A number never gets another meaning. <c>src/errors.md</c> explains
/// each of them.
/// </summary>
internal static class RedisErrorIds
{
    public const string Configuration = "RLH0701"; // The connection string is empty, or cannot be understood.
    public const string NoConnection = "RLH0702"; // There is neither a connection string nor a connection.
    public const string KeyPrefix = "RLH0703"; // The prefix of the keys is empty, or has braces or control characters.
    public const string HashKey = "RLH0704"; // The secret of the hashes is empty.
    public const string Window = "RLH0705"; // A window is too short for Redis.
}
