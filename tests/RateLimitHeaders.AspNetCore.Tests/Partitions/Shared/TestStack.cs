using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Puts around a store what stores have in an application, without a host.</summary>
internal static class TestStack
{
    public static StoreGuard GuardOf(RateLimitStore store, TimeProvider? clock = null, ILogger? logger = null) =>
        new(store, clock ?? TimeProvider.System, UnheardMetrics.Instance, logger ?? NullLogger.Instance);
}
