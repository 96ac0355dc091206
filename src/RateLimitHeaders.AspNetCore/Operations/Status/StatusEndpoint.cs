using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Answers with the standings of the caller. It returns nothing about other callers.</summary>
internal static class StatusEndpoint
{
    public static async Task RunAsync(HttpContext context)
    {
        var snapshot = context.RequestServices.GetRequiredService<RateLimitRuntime>().Current;
        var requests = await PeekedRequests.OfAsync(context, snapshot);
        await OperationsEndpoints.WriteAsync(context, Describe(requests, snapshot), OperationsJsonContext.Default.StatusDocument);
    }

    private static StatusDocument Describe(IReadOnlyList<LimitedRequest> requests, RateLimitSnapshot snapshot)
    {
        var resources = new Dictionary<string, GitHubRate>(StringComparer.Ordinal);
        GitHubRate? rate = null;
        foreach (var request in requests.Where(request => request.Plan is { IsReportOnly: false }))
        {
            if (GitHubRate.Of(ContextOf(request)) is { } found)
            {
                // Several policies may belong to one resource; the one that is used up first counts.
                resources[request.Policy.Resource] = resources.GetValueOrDefault(request.Policy.Resource) is { } other && IsCloser(other, found) ? other : found;
                rate = rate is null || request.Policy.Name == snapshot.Definition.DefaultPolicy ? found : rate;
            }
        }

        return new StatusDocument(resources, rate, [.. requests.Select(request => Describe(request, snapshot))]);
    }

    private static OwnStandingView Describe(LimitedRequest request, RateLimitSnapshot snapshot)
    {
        var policy = request.Policy;
        if (request.Plan is null)
        {
            var exempt = HeadersView.Of(NoHeaders.ExemptByTokenType, snapshot.Definition.Headers, isReportOnly: false);
            return new OwnStandingView(
                policy.Name, policy.Resource, request.Decision.Caller.TokenType, Limited: false, ReportOnly: false, BannedUntil: null, [], exempt);
        }

        var context = ContextOf(request);
        return new OwnStandingView(
            policy.Name,
            policy.Resource,
            policy.IsForeign ? null : request.Plan.Definition.TokenType,
            Limited: true,
            request.IsReportOnly,
            request.Decision.IsBanned ? HeaderContext.SecondsUp(context.WallClock + request.Decision.RetryAfter.GetValueOrDefault().Ticks) : null,
            QuotaView.Of(context.Statuses, context.Elapsed, context.WallClock),
            HeadersView.Of(snapshot.Handling.Headers.WhyNone(request), snapshot.Definition.Headers, request.IsReportOnly));
    }

    private static HeaderContext ContextOf(LimitedRequest request) =>
        request.Handling.Headers.ContextOf(request, ContextFeatures.Response(request.HttpContext));

    private static bool IsCloser(GitHubRate rate, GitHubRate other) =>
        (double)rate.Remaining / Math.Max(1, rate.Limit) <= (double)other.Remaining / Math.Max(1, other.Limit);
}
