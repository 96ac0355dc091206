using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Gives each request that holds permits a number that no other has, on this server or another.</summary>
internal static class HeldNumbers
{
    private static readonly long s_process = RandomNumberGenerator.GetInt32(1, int.MaxValue);
    private static int s_counter;

    /// <summary>Gets the next number: 31 random bits of the process, and bits that count.</summary>
    /// <param name="counterBits">
    /// How many bits count, 32 at most. When all were given, numbers come again, and are told apart by their caller even then.
    /// </param>
    public static long Next(int counterBits) =>
        (s_process << counterBits) | ((uint)Interlocked.Increment(ref s_counter) & ((1L << counterBits) - 1));
}
