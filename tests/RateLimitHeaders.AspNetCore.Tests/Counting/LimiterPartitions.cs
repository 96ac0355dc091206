using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Shows <see cref="QuotaRateLimiter"/>, one for each caller, as the partitions of a plan. It charges and gives back the same
/// of all quotas, and it has no means to forget what was used.
/// </summary>
internal sealed class LimiterPartitions(ManualTimeProvider clock, Quota[] quotas) : PlanPartitions
{
    private readonly ConcurrentDictionary<RateLimitPrincipal, Lazy<QuotaRateLimiter>> _limiters = new();

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var limiter = LimiterOf(arguments.Principal);
        SetLimits(limiter, arguments.Limits.Span);
        limiter.Acquire(arguments.Costs, decision);
        return default;
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        var limiter = LimiterOf(arguments.Principal);
        SetLimits(limiter, arguments.Limits.Span);
        limiter.Read(arguments.Decision);
        return default;
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        if (decision.IsAcquired)
        {
            LimiterOf(decision.Principal).Adjust(decision, arguments.Permits.Span[0]);
        }

        return default;
    }

    public override ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        LimiterOf(decision.Principal).Release(decision);
        return default;
    }

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override bool TryUpdate(PlanDefinition plan) => false;

    private QuotaRateLimiter LimiterOf(RateLimitPrincipal principal) =>
        _limiters.GetOrAdd(principal, _ => new(() => QuotaRateLimiter.Create(clock, quotas))).Value;

    private void SetLimits(QuotaRateLimiter limiter, ReadOnlySpan<double> limits)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            if (!double.IsNaN(limits[i]))
            {
                limiter.SetLimit(quotas[i].Description.Name, limits[i]);
            }
        }
    }
}
