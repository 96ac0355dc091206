using System.Diagnostics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Tells what is decided about requests: metrics, and tags of the current activity. It builds nothing where nothing listens.</summary>
/// <param name="metrics">The metrics.</param>
/// <param name="definition">The definition in force.</param>
internal sealed class RequestTelemetry(RateLimitMetrics metrics, RateLimitDefinition definition)
{
    public const string TokenTypeTag = "rate_limit_headers.token_type";
    public const string QuotaTag = "rate_limit_headers.quota";
    public const string WouldRejectTag = "rate_limit_headers.would_reject";

    /// <summary>Gets a value indicating whether something listens to what an admitted request does until it ends.</summary>
    public bool MeasuresLeases => metrics.Stock.MeasuresLeases;

    /// <summary>Tells of a request that was decided about, before its endpoint runs.</summary>
    public void Decided(LimitedRequest request)
    {
        var outcome = request.Outcome;
        if (outcome == RateLimitOutcome.Acquired)
        {
            metrics.Requests.Admitted(request, request.Decision.IsAcquired ? request.Costs : default, definition.Headers.NearLimit);
            if (request.Plan.HasReportOnly)
            {
                metrics.Requests.Spared(request);
            }
        }
        else
        {
            metrics.Stock.Requests.Measure(1, request.StockTags.Of(outcome, request.IsRejectedGlobally));
            if (outcome == RateLimitOutcome.Rejected)
            {
                metrics.Requests.Rejected(request);
            }
        }

        if (metrics.Tally.IsWatched)
        {
            metrics.Tally.Count(request);
        }

        // Where logging is on, ASP.NET Core makes an activity that nothing listens to, and it says that all data are requested.
        if (Activity.Current is { IsAllDataRequested: true } activity && activity.Source.HasListeners())
        {
            Tag(activity, request);
        }
    }

    /// <summary>Tells of a request whose caller hung up before it was decided about.</summary>
    public void Canceled(LimitedRequest request) => metrics.Stock.Requests.Measure(1, request.StockTags.Canceled);

    /// <summary>Begins to measure how long an admitted request runs.</summary>
    public MeasuredLease StartLease(LimitedRequest request) =>
        MeasuredLease.Start(metrics.Stock, request.StockTags, definition.TimeProvider);

    /// <summary>Begins to measure how long a request waits in a queue.</summary>
    public MeasuredWait StartWait(LimitedRequest request) =>
        MeasuredWait.Start(metrics.Stock, request.StockTags, definition.TimeProvider);

    /// <summary>Tells of permits that an endpoint charged or gave back.</summary>
    public void Adjusted(Plan plan, ReadOnlySpan<long> permits) => metrics.Requests.Adjusted(plan, permits);

    private static void Tag(Activity activity, LimitedRequest request)
    {
        activity.SetTag(StockTags.Policy, request.Policy.Name);
        activity.SetTag(StockTags.Result, request.StockTags.ResultOf(request.Outcome, request.IsRejectedGlobally));
        activity.SetTag(TokenTypeTag, request.TokenType);
        if (request.Outcome == RateLimitOutcome.Rejected && request.Decision.LongestWait is >= 0 and var quota)
        {
            activity.SetTag(QuotaTag, request.Decision.Statuses[quota].Name);
        }

        if (request.Spared?.Decision is { LongestWait: >= 0 } spared)
        {
            activity.SetTag(WouldRejectTag, spared.Statuses[spared.LongestWait].Name);
        }
    }
}
