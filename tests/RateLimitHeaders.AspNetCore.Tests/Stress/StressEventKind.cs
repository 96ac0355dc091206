namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What can happen to permits.</summary>
internal enum StressEventKind
{
    Refund,
    Grant,
    Charge,
}
