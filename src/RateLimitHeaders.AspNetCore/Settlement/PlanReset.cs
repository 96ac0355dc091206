using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What has a plan forget what its caller has used.</summary>
/// <param name="Part">The part of the request that the plan decides; -1 where it decides alone.</param>
/// <param name="Plan">The plan.</param>
/// <param name="First">The place of its first quota.</param>
/// <param name="When">Tells whether a response has it forgotten.</param>
internal sealed record PlanReset(int Part, Plan Plan, int First, Func<HttpResponse, bool> When)
{
    /// <summary>Gets what bans the callers of the plan, whose rejections are forgotten, too; <see langword="null"/> for what the plan has itself.</summary>
    public BanningPartitions? Bans { get; init; }

    /// <summary>Tells whether the plan admits a request: beside enforced plans, one that is report-only may not.</summary>
    public bool Admits(LimitedRequest request) => DecisionOf(request).IsAcquired;

    /// <summary>Forgets what the caller of a request has used.</summary>
    public ValueTask RunAsync(LimitedRequest request) => Plan.ResetAsync(DecisionOf(request).Caller, Bans);

    private RateLimitDecision DecisionOf(LimitedRequest request) => Part < 0 ? request.Decision : request.Parts[Part].Decision;
}
