using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Gives what each request holds of a concurrency quota a number that no other has, on this server or another.</summary>
internal static class HoldNumbers
{
    // 31 random bits for the process and 22 that count: doubles hold 53 exactly. Numbers come again after four million
    // requests, and are told apart by their caller's key even then.
    private const int CounterBits = 22;

    private static readonly long s_process = (long)RandomNumberGenerator.GetInt32(1, int.MaxValue) << CounterBits;
    private static int s_counter;

    public static long Next() => s_process | ((uint)Interlocked.Increment(ref s_counter) & ((1u << CounterBits) - 1));
}
