using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics of decisions, under the meter of <see cref="RateLimitMetrics"/>.</summary>
internal sealed class RequestMetrics(Meter meter)
{
    public const string RejectionsName = "rate_limit_headers.rejections";
    public const string WouldRejectionsName = "rate_limit_headers.would_rejections";
    public const string NearLimitName = "rate_limit_headers.near_limit_requests";
    public const string ChargesName = "rate_limit_headers.charges";
    public const string RefundsName = "rate_limit_headers.refunds";

    private readonly Counter<long> _rejections = meter.CreateCounter<long>(
        RejectionsName,
        "{request}",
        "Requests that a quota rejected: the violated one with the longest wait.");

    private readonly Counter<long> _wouldRejections = meter.CreateCounter<long>(
        WouldRejectionsName,
        "{request}",
        "Requests that a report-only plan would have rejected if it were enforced, by the violated quota with the longest wait.");

    private readonly Counter<long> _nearLimit = meter.CreateCounter<long>(
        NearLimitName,
        "{request}",
        "Admitted requests that left their caller near a limit (Headers.NearLimit): that of the quota with the smallest share left.");

    private readonly Counter<long> _charges = meter.CreateCounter<long>(
        ChargesName,
        "{permit}",
        "Permits that requests were charged, at first or by their endpoints, in the unit of the quota. Concurrency quotas charge none.");

    private readonly Counter<long> _refunds = meter.CreateCounter<long>(
        RefundsName,
        "{permit}",
        "Permits that endpoints gave back, in the unit of the quota. What time had brought back before is among them.");

    /// <summary>Measures a request that was rejected.</summary>
    public void Rejected(LimitedRequest request)
    {
        if (_rejections.Enabled)
        {
            _rejections.Measure(1, request.Plan.Tags.Quota(request.Decision.LongestWait));
        }
    }

    /// <summary>Measures what report-only plans would have rejected.</summary>
    public void Spared(LimitedRequest request)
    {
        if (!_wouldRejections.Enabled)
        {
            return;
        }

        if (request.IsSpared)
        {
            _wouldRejections.Measure(1, request.Plan.Tags.Quota(request.Decision.LongestWait));
        }
        else if (!request.IsReportOnly)
        {
            foreach (var part in request.Parts)
            {
                Spared(part);
            }
        }
    }

    /// <summary>Measures a request that was admitted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="costs">What it cost each quota; empty if nothing was charged.</param>
    /// <param name="nearLimit">The share of a limit below which a caller is near it.</param>
    public void Admitted(LimitedRequest request, ReadOnlySpan<long> costs, double nearLimit)
    {
        if (_charges.Enabled)
        {
            for (var i = 0; i < costs.Length; i++)
            {
                Charge(_charges, request.Plan.Tags, i, PermitCost.Taken(costs[i]));
            }
        }

        if (_nearLimit.Enabled && NearestLimit(request.Decision.Statuses, nearLimit) is >= 0 and var nearest)
        {
            _nearLimit.Measure(1, request.Plan.Tags.Quota(nearest));
        }
    }

    /// <summary>Measures what an endpoint charged or gave back.</summary>
    public void Adjusted(Plan plan, ReadOnlySpan<long> permits)
    {
        if (!_charges.Enabled && !_refunds.Enabled)
        {
            return;
        }

        for (var i = 0; i < Math.Min(permits.Length, plan.Tags.Count); i++)
        {
            Charge(permits[i] > 0 ? _charges : _refunds, plan.Tags, i, Math.Abs(permits[i]));
        }
    }

    private static void Charge(Counter<long> instrument, PlanTags tags, int quota, long permits)
    {
        if (permits > 0 && tags.Charge(quota) is { } charge)
        {
            instrument.Measure(permits, charge);
        }
    }

    /// <summary>Gets the index of the quota with the smallest share left, if that is near the limit; else -1.</summary>
    private static int NearestLimit(ReadOnlySpan<QuotaStatus> statuses, double nearLimit)
    {
        var nearest = -1;
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i].RemainingShare < nearLimit)
            {
                (nearest, nearLimit) = (i, statuses[i].RemainingShare);
            }
        }

        return nearest;
    }
}
