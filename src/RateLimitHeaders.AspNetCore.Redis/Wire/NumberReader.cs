using System.Buffers.Binary;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Reads the numbers in the answer of a script: doubles, the lowest byte first.</summary>
/// <param name="bytes">The answer.</param>
internal readonly ref struct NumberReader(ReadOnlySpan<byte> bytes)
{
    // Long enough to mean "never", and short enough to be added to any moment, as in memory.
    private const long LongestTicks = long.MaxValue / 4;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public double this[int place] => BinaryPrimitives.ReadDoubleLittleEndian(_bytes[(place * sizeof(double))..]);

    /// <summary>Gets a number of microseconds as a time.</summary>
    public TimeSpan Time(int place) =>
        new((long)Math.Min(this[place] * TimeSpan.TicksPerMicrosecond, LongestTicks));

    /// <summary>Gets a number of microseconds as a time; <see langword="null"/> for a negative one.</summary>
    public TimeSpan? TimeOrNone(int place) => this[place] < 0 ? null : Time(place);
}
