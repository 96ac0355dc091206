using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Calls of <see cref="Scripts.Count"/>, with its operations.</summary>
internal static class CountCalls
{
    private static readonly RedisValue s_none = Array.Empty<byte>();

    public static RedisValue Take { get; } = "t"u8.ToArray();

    public static RedisValue TakeBatch { get; } = "b"u8.ToArray();

    public static RedisValue Look { get; } = "l"u8.ToArray();

    public static RedisValue Adjust { get; } = "a"u8.ToArray();

    public static RedisValue Grant { get; } = "g"u8.ToArray();

    public static RedisValue Release { get; } = "x"u8.ToArray();

    public static RedisValue Renew { get; } = "n"u8.ToArray();

    public static RedisValue Reset { get; } = "d"u8.ToArray();

    /// <summary>Calls the script.</summary>
    /// <param name="runner">Runs the script.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="keys">The caller's key.</param>
    /// <param name="call">The call, as <see cref="PlanCodec"/> writes it.</param>
    /// <param name="terms">The third argument, if there is one.</param>
    /// <param name="marks">The fourth argument, if there is one.</param>
    public static async Task<byte[]?> CountAsync(
        this IScriptRunner runner, RedisValue operation, RedisKey[] keys, RedisValue call, RedisValue? terms = null, RedisValue? marks = null) =>
        (byte[]?)await runner.RunAsync(Scripts.Count, keys, [operation, call, terms ?? s_none, marks ?? s_none]);
}
