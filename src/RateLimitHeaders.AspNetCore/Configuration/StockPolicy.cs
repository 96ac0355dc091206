using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Creates options from a policy object of ASP.NET Core's own rate limiting.</summary>
internal static class StockPolicy
{
    public static PolicyOptions OptionsOf<TKey>(IRateLimiterPolicy<TKey> policy) => new()
    {
        Foreign = new ForeignPartitioner<TKey>(policy.GetPartition),
        OnRejected = policy.OnRejected is { } onRejected
            ? rejection => onRejected(
                new OnRejectedContext { HttpContext = rejection.HttpContext, Lease = new RejectedLease(rejection.RetryAfter) },
                rejection.HttpContext.RequestAborted)
            : null,
    };
}
