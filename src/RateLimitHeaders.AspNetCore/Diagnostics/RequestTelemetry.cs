using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Reports decisions about requests: metrics, and tags of the current activity. It builds nothing if there is no listener.</summary>
/// <param name="meter">The meter of <see cref="RateLimitMetrics"/>.</param>
/// <param name="stock">The metrics of ASP.NET Core.</param>
internal sealed class RequestTelemetry(Meter meter, StockMetrics stock)
{
    public const string RejectionsName = "rate_limit_headers.rejections";
    public const string WouldRejectionsName = "rate_limit_headers.would_rejections";
    public const string NearLimitName = "rate_limit_headers.near_limit_requests";
    public const string ChargesName = "rate_limit_headers.charges";
    public const string RefundsName = "rate_limit_headers.refunds";

    public const string TokenTypeTag = "rate_limit_headers.token_type";
    public const string QuotaTag = "rate_limit_headers.quota";
    public const string WouldRejectTag = "rate_limit_headers.would_reject";

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
        "Permits that endpoints gave back, in the unit of the quota. Permits that had already come back with time are included.");

    private readonly DecisionTally _tally = new();

    // The tally while the page of operators is viewed, and null otherwise, so that a request reads one field.
    private volatile DecisionTally? _watched;

    /// <summary>Gets a value indicating whether there is a listener for measurements that end with an admitted request.</summary>
    public bool MeasuresRuns => stock.MeasuresLeases;

    /// <summary>Returns the numbers of the page of operators, which are counted for a minute from now on.</summary>
    public DecisionTally Watch(RateLimitClock clock)
    {
        _tally.Watch(clock);
        _watched = _tally;
        return _tally;
    }

    /// <summary>Forgets the numbers of policies that a definition does not have.</summary>
    public void ForgetPolicies(RateLimitDefinition definition) => _tally.Forget(definition);

    /// <summary>Reports the decision about a request, before its endpoint runs.</summary>
    public void Decided(LimitedRequest request)
    {
        var outcome = request.Outcome;
        if (outcome == RateLimitOutcome.Acquired)
        {
            Admitted(request);
            if (request.Plan.HasReportOnly)
            {
                WouldReject(request);
            }
        }
        else
        {
            stock.Requests.Measure(1, request.StockTags.Of(outcome, request.IsRejectedGlobally));
            if (outcome == RateLimitOutcome.Rejected)
            {
                Rejected(request);
            }
        }

        if (_watched is { } tally && !tally.TryCount(request))
        {
            _watched = null;
        }

        // If logging is on, ASP.NET Core creates an activity without listeners whose IsAllDataRequested is true.
        if (Activity.Current is { IsAllDataRequested: true } activity && activity.Source.HasListeners())
        {
            Tag(activity, request);
        }
    }

    /// <summary>Reports a request whose client disconnected before the decision.</summary>
    public void Canceled(LimitedRequest request) => stock.Requests.Measure(1, request.StockTags.Canceled);

    /// <summary>Begins to measure how long an admitted request runs.</summary>
    public MeasuredTime StartRun(LimitedRequest request) => stock.MeasuresLeases
        ? Start(request, stock.ActiveLeases, stock.LeaseDuration, isTimed: stock.LeaseDuration.Enabled)
        : default;

    /// <summary>Ends the measurement of <see cref="StartRun"/>.</summary>
    public void EndRun(LimitedRequest request, in MeasuredTime run)
    {
        run.End(request.StockTags.Lease);
        if (run.IsMeasured)
        {
            stock.Requests.Measure(1, request.StockTags.Of(RateLimitOutcome.Acquired));
        }
    }

    /// <summary>Begins to measure how long a request waits in a queue.</summary>
    public MeasuredTime StartWait(LimitedRequest request) => stock.MeasuresQueues
        ? Start(request, stock.QueuedRequests, stock.TimeInQueue, isTimed: true)
        : default;

    /// <summary>Reports permits that an endpoint charged or gave back.</summary>
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

    private void Rejected(LimitedRequest request)
    {
        if (_rejections.Enabled)
        {
            MeasureRejection(_rejections, request.Rejecting);
        }
    }

    /// <summary>Measures rejections that report-only plans would have made.</summary>
    private void WouldReject(LimitedRequest request)
    {
        if (!_wouldRejections.Enabled)
        {
            return;
        }

        if (request.WouldBeRejected)
        {
            MeasureRejection(_wouldRejections, request.Rejecting);
        }
        else if (!request.IsReportOnly)
        {
            foreach (var part in request.Parts)
            {
                WouldReject(part);
            }
        }
    }

    private void Admitted(LimitedRequest request)
    {
        if (_charges.Enabled)
        {
            var costs = request.Decision.IsAcquired ? request.Costs : default;
            for (var i = 0; i < costs.Length; i++)
            {
                Charge(_charges, request.Plan.Tags, i, PermitCost.Taken(costs[i]));
            }
        }

        if (_nearLimit.Enabled && QuotaStatus.NearestLimit(request.Decision.Statuses, request.Handling.Headers.NearLimit) is >= 0 and var nearest)
        {
            _nearLimit.Measure(1, request.Plan.Tags.Quota(nearest));
        }
    }

    private static MeasuredTime Start(LimitedRequest request, UpDownCounter<long> current, Histogram<double> duration, bool isTimed) =>
        new(current, duration, request.StockTags.Lease, request.Handling.TimeProvider, isTimed);

    /// <summary>Measures a rejection with the names of the policy that rejects, or would reject, which is one of those that decide.</summary>
    private static void MeasureRejection(Counter<long> instrument, LimitedRequest rejecting) =>
        instrument.Measure(1, rejecting.Plan.Tags.Quota(rejecting.Decision.LongestWait));

    private static void Tag(Activity activity, LimitedRequest request)
    {
        // Policies that admit a request do so together. The policy of the endpoint is reported.
        var decisive = request.IsRejected ? request.Rejecting : request;
        activity.SetTag(StockTags.Policy, decisive.Policy.Name);
        activity.SetTag(StockTags.Result, request.StockTags.ResultOf(request.Outcome, request.IsRejectedGlobally));
        activity.SetTag(TokenTypeTag, decisive.TokenType);
        if (decisive.Outcome == RateLimitOutcome.Rejected && decisive.Decision.LongestWait is >= 0 and var quota)
        {
            activity.SetTag(QuotaTag, decisive.Decision.Statuses[quota].Name);
        }

        if (request.RejectedReportOnly?.Rejecting.Decision is { LongestWait: >= 0 } rejected)
        {
            activity.SetTag(WouldRejectTag, rejected.Statuses[rejected.LongestWait].Name);
        }
    }

    private static void Charge(Counter<long> instrument, PlanTags tags, int quota, long permits)
    {
        if (permits > 0 && tags.Charge(quota) is { } charge)
        {
            instrument.Measure(permits, charge);
        }
    }
}
