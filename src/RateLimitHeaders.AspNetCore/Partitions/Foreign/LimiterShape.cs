using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The known part of a new limiter's limit. Limiters of one shape admit the same, so that callers may share one of them.
/// </summary>
/// <param name="Kind">Everything except the limits. Shapes of one kind can be compared by their limits.</param>
/// <param name="Limits">The limits.</param>
/// <remarks>
/// STRL's limiters do not expose all of their settings. Sliding windows with one limit and one length of a segment have the same
/// shape, whatever their number of segments; so have token buckets with one limit and one period whose refills differ by less
/// than a factor of two.
/// </remarks>
internal sealed record LimiterShape(object Kind, EquatableList<double> Limits)
{
    /// <summary>Finds the shape of a limiter.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="createAnother">Creates another limiter of the same caller.</param>
    /// <returns><see langword="null"/> if the limit is not known: for used and chained limiters, and types of the application.</returns>
    public static LimiterShape? Of(ForeignLimiter limiter, Func<RateLimiter> createAnother) => limiter.IsNew
        ? limiter.Limiter switch
        {
            ConcurrencyLimiter => new(typeof(ConcurrencyLimiter), [limiter.Limit]),
            TokenBucketRateLimiter bucket => PeriodsToFill(limiter, bucket, createAnother) is { } periods
                ? new((typeof(TokenBucketRateLimiter), bucket.ReplenishmentPeriod, periods), [limiter.Limit])
                : null,
            FixedWindowRateLimiter or SlidingWindowRateLimiter =>
                new((limiter.Limiter.GetType(), ((ReplenishingRateLimiter)limiter.Limiter).ReplenishmentPeriod), [limiter.Limit]),

            // Permits of a concurrency quota that requests hold cannot be continued by another limiter.
            QuotaRateLimiter { Quotas.HasConcurrency: false } own => new(
                (own.Quotas.Clock, new EquatableList<QuotaShape>([.. own.Quotas.Quotas.ToArray().Select(quota => quota.Shape)])),
                new EquatableList<double>(own.Limits())),
            _ => null,
        }
        : null;

    /// <summary>Returns whether limiters of this shape admit no more than those of another.</summary>
    public bool IsAtMost(LimiterShape other)
    {
        if (!Kind.Equals(other.Kind))
        {
            return false;
        }

        for (var i = 0; i < Limits.Count; i++)
        {
            if (Limits[i] > other.Limits[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds in how many periods a bucket fills, which only the wait of a rejection shows: another bucket is emptied for it.</summary>
    private static long? PeriodsToFill(ForeignLimiter limiter, TokenBucketRateLimiter bucket, Func<RateLimiter> createAnother)
    {
        var another = createAnother();
        if (another == bucket)
        {
            return null;
        }

        using (another)
        {
            var tokens = (int)limiter.Limit;
            if (another is not TokenBucketRateLimiter || another.GetStatistics()?.CurrentAvailablePermits != tokens)
            {
                return null;
            }

            another.AttemptAcquire(tokens).Dispose();
            using var rejected = another.AttemptAcquire(tokens);
            return rejected.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait.Ticks / bucket.ReplenishmentPeriod.Ticks : null;
        }
    }
}
