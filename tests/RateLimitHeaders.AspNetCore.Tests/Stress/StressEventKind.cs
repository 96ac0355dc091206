namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What can happen to permits.</summary>
internal enum StressEventKind
{
    Grant,
    Charge,

    /// <summary>Permits that the request was granted are given back.</summary>
    Refund,

    /// <summary>Permits that the request was charged are given back.</summary>
    ChargeRefund,
}
