namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Keeps the highest value that several threads have seen.</summary>
internal static class Highest
{
    /// <summary>Raises the highest value so far to another one, unless that is lower.</summary>
    public static void Raise(ref int highest, int value)
    {
        for (var known = Volatile.Read(ref highest); value > known; known = Volatile.Read(ref highest))
        {
            Interlocked.CompareExchange(ref highest, value, known);
        }
    }
}
