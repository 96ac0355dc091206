using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A reset of a plan that clears what its caller has used.</summary>
/// <param name="Part">The part of the request that the plan decides; -1 if it decides by itself.</param>
/// <param name="Plan">The plan.</param>
/// <param name="First">The index of its first quota.</param>
/// <param name="When">Returns whether a response causes the reset.</param>
internal sealed record PlanReset(int Part, Plan Plan, int First, Func<HttpResponse, bool> When)
{
    /// <summary>Gets the bans of the callers of the plan, whose rejections are cleared, too; <see langword="null"/> for those of the plan itself.</summary>
    public BanningPartitions? Bans { get; init; }

    /// <summary>Returns whether the plan admits a request: a report-only plan next to enforced ones may not.</summary>
    public bool Admits(LimitedRequest request) => DecisionOf(request).IsAcquired;

    /// <summary>Clears what the caller of a request has used.</summary>
    public ValueTask RunAsync(LimitedRequest request) => Plan.ResetAsync(DecisionOf(request).Caller, Bans);

    private RateLimitDecision DecisionOf(LimitedRequest request) => Part < 0 ? request.Decision : request.Parts[Part].Decision;
}
