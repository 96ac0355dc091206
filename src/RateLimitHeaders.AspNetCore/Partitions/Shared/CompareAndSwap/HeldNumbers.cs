using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Gives each request that holds permits a number that no other has, on this server or another.</summary>
internal static class HeldNumbers
{
    // 31 random bits for the process and 32 that count. Numbers come again after four billion requests, and are told apart by
    // their caller even then.
    private const int CounterBits = 32;

    private static readonly long s_process = (long)RandomNumberGenerator.GetInt32(1, int.MaxValue) << CounterBits;
    private static int s_counter;

    public static long Next() => s_process | (uint)Interlocked.Increment(ref s_counter);
}
