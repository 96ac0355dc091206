using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Assigns each request that holds permits a unique number, on this server and others.</summary>
internal static class HeldNumbers
{
    private static readonly long s_process = RandomNumberGenerator.GetInt32(1, int.MaxValue);
    private static int s_counter;

    /// <summary>Returns the next number: 31 random bits of the process, and the bits of a counter.</summary>
    /// <param name="counterBits">
    /// The number of bits of the counter, at most 32. After an overflow, numbers repeat, and are still distinguished by their caller.
    /// </param>
    public static long Next(int counterBits) =>
        (s_process << counterBits) | ((uint)Interlocked.Increment(ref s_counter) & ((1L << counterBits) - 1));
}
