using System.Buffers.Binary;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Packs numbers as the scripts read them: doubles, the lowest byte first.</summary>
/// <param name="count">The number of numbers.</param>
internal ref struct NumberWriter(int count)
{
    private readonly byte[] _bytes = new byte[count * sizeof(double)];
    private int _place;

    /// <summary>Gets the written numbers.</summary>
    public readonly RedisValue Value => _bytes;

    public void Add(double number)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.AsSpan(_place), number);
        _place += sizeof(double);
    }
}
