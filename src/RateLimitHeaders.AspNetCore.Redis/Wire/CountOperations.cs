using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The operations of <c>count.lua</c>.</summary>
internal static class CountOperations
{
    public static RedisValue Take { get; } = "t"u8.ToArray();

    public static RedisValue TakeBatch { get; } = "b"u8.ToArray();

    public static RedisValue Look { get; } = "l"u8.ToArray();

    public static RedisValue Adjust { get; } = "a"u8.ToArray();

    public static RedisValue Grant { get; } = "g"u8.ToArray();

    public static RedisValue Release { get; } = "x"u8.ToArray();

    public static RedisValue Renew { get; } = "n"u8.ToArray();

    public static RedisValue Reset { get; } = "d"u8.ToArray();
}
