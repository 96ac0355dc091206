using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes options of a policy object of ASP.NET Core's own rate limiting.</summary>
internal static class StockPolicy
{
    public static PolicyOptions OptionsOf<TKey>(IRateLimiterPolicy<TKey> policy)
        where TKey : notnull => new()
        {
            Foreign = new ForeignPartitioner<TKey>(policy.GetPartition),
            OnRejected = policy.OnRejected is null ? null : rejection => CallAsync(policy, rejection),
        };

    private static ValueTask CallAsync<TKey>(IRateLimiterPolicy<TKey> policy, RateLimitRejection rejection) =>
        rejection.Lease is { } lease && policy.OnRejected is { } onRejected
            ? onRejected(new OnRejectedContext { HttpContext = rejection.HttpContext, Lease = lease }, rejection.HttpContext.RequestAborted)
            : default;
}
