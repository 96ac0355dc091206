using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The script that counts, and the words that it understands.</summary>
internal static class CountScript
{
    public static RedisScript Script { get; } = new(RedisScript.Read("count.lua"));

    public static RedisValue Take { get; } = "t"u8.ToArray();

    public static RedisValue Charge { get; } = "c"u8.ToArray();

    public static RedisValue Refund { get; } = "r"u8.ToArray();

    public static RedisValue Tell { get; } = "s"u8.ToArray();

    public static RedisValue Release { get; } = "x"u8.ToArray();

    public static RedisValue Renew { get; } = "n"u8.ToArray();

    public static RedisValue Batch { get; } = "b"u8.ToArray();

    public static RedisValue EndBatches { get; } = "e"u8.ToArray();

    /// <summary>Gets what stands for an argument that is not given.</summary>
    public static RedisValue Nothing { get; } = Array.Empty<byte>();

    /// <summary>Packs numbers as the script does: doubles, the lowest byte first.</summary>
    public static RedisValue Pack(ReadOnlySpan<double> numbers)
    {
        var bytes = MemoryMarshal.AsBytes(numbers).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < bytes.Length; i += sizeof(double))
            {
                bytes.AsSpan(i, sizeof(double)).Reverse();
            }
        }

        return bytes;
    }
}
