using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the decision of a limiter of the application, and the statuses that the limiter reports.</summary>
internal sealed class ForeignReport(ForeignLimiter limiter, ForeignWindow window, PartitionsContext context)
{
    public const string NothingReported = "the policy has a limiter of the application, which does not report what is left.";

    private QuotaDescription? _quota;

    private QuotaDescription Quota => _quota ??= new QuotaDescription(
        context.Plan.PolicyName,
        window.Length,
        limiter.IsConcurrency ? QuotaUnits.ConcurrentRequests : QuotaUnits.Requests,
        limiter.IsConcurrency);

    /// <summary>Writes a decision, which owns the lease afterwards if the request is admitted.</summary>
    /// <param name="lease">The result of the limiter.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="isRetired">Whether the limiter is disposed, so that its statistics are meaningless.</param>
    public void Write(RateLimitLease lease, RateLimitDecision decision, bool isRetired)
    {
        var isKept = false;
        try
        {
            var now = context.Clock.Now;
            WriteStatuses(lease, decision, now, isRetired);
            if (lease.IsAcquired)
            {
                decision.Acquire(now);
                decision.State = lease;
                decision.HoldsPermits = isKept = true;
            }
            else
            {
                decision.Reject(now, RetryAfter(lease, now));
            }
        }
        finally
        {
            if (!isKept)
            {
                ForeignCleanup.Dispose(lease, context);
            }
        }
    }

    private void WriteStatuses(RateLimitLease lease, RateLimitDecision decision, long now, bool isRetired)
    {
        if (lease.TryGetMetadata(QuotaMetadata.Statuses, out var reported) && reported is not null)
        {
            QuotaStatus[] statuses = [.. reported.Where(status => status.Quota is not null).Select(Bounded)];
            Begin(decision, statuses.Length);
            statuses.CopyTo(decision.StatusBuffer);
            return;
        }

        var remaining = isRetired ? null : limiter.Remaining;
        Begin(decision, remaining is null ? 0 : 1);
        if (remaining is { } left)
        {
            decision.StatusBuffer[0] = StatusOf(Math.Clamp(left, 0, (long)QuotaRules.MaxLimit), !lease.IsAcquired, now);
        }
    }

    // Values of an unlimited tier, such as long.MaxValue and TimeSpan.MaxValue, are more than fields can hold.
    private static QuotaStatus Bounded(QuotaStatus reported) => new(
        reported.Quota,
        Math.Min(reported.LimitOrNaN, QuotaRules.MaxLimit),
        Math.Min(reported.Remaining, (long)QuotaRules.MaxLimit),
        Math.Min(reported.UntilMoreTicks, QuotaRules.MaxWindow.Ticks),
        Math.Min(reported.UntilAllTicks, QuotaRules.MaxWindow.Ticks),
        reported.IsViolated);

    private static void Begin(RateLimitDecision decision, int quotas)
    {
        if (quotas == 0)
        {
            decision.BeginWithoutStatuses(NothingReported);
        }
        else
        {
            decision.Begin(quotas);
        }
    }

    private QuotaStatus StatusOf(long remaining, bool isViolated, long now)
    {
        var untilAll = remaining >= limiter.Limit && !limiter.IsConcurrency ? 0 : QuotaStatus.NoTime;
        var untilMore = QuotaStatus.NoTime;
        if (window.Length is not null)
        {
            untilAll = window.UntilEnd(now);
            untilMore = remaining < limiter.Limit ? untilAll : untilMore;
        }

        return new QuotaStatus(Quota, limiter.Limit, remaining, untilMore, untilAll, isViolated);
    }

    /// <summary>Returns the rest of a fixed window, of which STRL reports the whole; for others, the time that the limiter reports.</summary>
    private TimeSpan? RetryAfter(RateLimitLease lease, long now)
    {
        if (window.Length is not null)
        {
            return new TimeSpan(window.UntilEnd(now));
        }

        // A value that is not a time to wait, such as Timeout.InfiniteTimeSpan, is left out.
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var reported) && reported > TimeSpan.Zero && reported <= QuotaRules.MaxWindow
            ? reported
            : null;
    }
}
