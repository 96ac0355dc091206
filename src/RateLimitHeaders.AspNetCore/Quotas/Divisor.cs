using System.Numerics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Divides numbers of 0 or more by one number, by a multiplication: an acquisition under a sliding window, which needs some twenty divisions
/// of 64 bits, takes a fifth less time with it (<c>AlgorithmBenchmarks</c>).
/// </summary>
/// <remarks>
/// With b bits for the divisor d less one, the factor is 2^(63 + b) / d, rounded up. The quotient of a number below 2^63 is then too large by
/// less than 2^-b, which is 1 / d or less, so that its whole part is exact (Granlund and Montgomery, "Division by Invariant Integers using
/// Multiplication").
/// </remarks>
internal readonly struct Divisor
{
    private readonly ulong _factor;
    private readonly int _shift;

    /// <param name="divisor">The divisor, 1 or more.</param>
    public Divisor(long divisor)
    {
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)(divisor - 1));
        Value = divisor;
        _shift = bits - 1;
        _factor = (ulong)(((UInt128.One << (63 + bits)) + (ulong)(divisor - 1)) / (ulong)divisor);
    }

    public long Value { get; }

    /// <summary>Divides, rounding down.</summary>
    public long Divide(long number) => _shift < 0 ? number : (long)(Math.BigMul(_factor, (ulong)number, out _) >> _shift);

    /// <summary>Gets the remainder.</summary>
    public long Remainder(long number) => number - (Divide(number) * Value);
}
