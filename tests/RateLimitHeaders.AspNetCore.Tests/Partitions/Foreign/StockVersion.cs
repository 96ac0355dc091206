using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What depends on the version of <c>System.Threading.RateLimiting</c>: tests/limiters.sh runs with that of .NET 11.</summary>
internal static class StockVersion
{
    /// <summary>Gets a value indicating whether rejections by fixed and sliding windows tell the time that is left to wait.</summary>
    public static bool TellsWaits { get; } = typeof(RateLimiter).Assembly.GetName().Version!.Major >= 11;
}
