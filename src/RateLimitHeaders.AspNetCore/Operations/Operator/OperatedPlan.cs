namespace RateLimitHeaders.AspNetCore;

/// <summary>A plan that an operator acts on, and its caller, which policies may identify in different ways.</summary>
/// <param name="PolicyNames">The name of the policy; of policies that share a count, all of their names.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Principal">The caller under the plan.</param>
internal sealed record OperatedPlan(string PolicyNames, Plan Plan, RateLimitPrincipal Principal);
