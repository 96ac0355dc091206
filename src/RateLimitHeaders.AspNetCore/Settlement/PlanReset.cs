using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What has a plan forget what its caller has used.</summary>
/// <param name="Part">The part of the request that the plan decides; -1 where it decides alone.</param>
/// <param name="Plan">The plan.</param>
/// <param name="First">The place of its first quota.</param>
/// <param name="When">Tells whether a response has it forgotten.</param>
internal sealed record PlanReset(int Part, Plan Plan, int First, Func<HttpResponse, bool> When)
{
    /// <summary>Forgets what the caller of a request has used.</summary>
    public ValueTask RunAsync(LimitedRequest request) =>
        Plan.ResetAsync(Part < 0 ? request.Decision.Caller : request.Parts[Part].Decision.Caller);
}
