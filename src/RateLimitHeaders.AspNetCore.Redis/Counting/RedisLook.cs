using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The question of where one caller stands, as the scripts are asked it, and what reads its answer.</summary>
/// <param name="key">The caller's key.</param>
/// <param name="call">The call.</param>
/// <param name="read">Reads the answer.</param>
internal sealed class RedisLook(RedisKey key, RedisValue call, Action<byte[]?> read)
{
    public RedisKey Key => key;

    public RedisValue Call => call;

    public void Read(byte[]? answer) => read(answer);
}
