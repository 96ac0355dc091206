namespace RateLimitHeaders.AspNetCore;

/// <summary>The objects that serve requests under one definition. A snapshot never changes.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Policies">The policies, in the order of the definition.</param>
/// <param name="Endpoints">Chooses the policy of a request.</param>
/// <param name="Handling">Handles the requests whose policy is known.</param>
internal sealed record RateLimitSnapshot(
    RateLimitDefinition Definition, IReadOnlyList<Policy> Policies, EndpointPolicies Endpoints, RequestHandling Handling)
{
    /// <summary>
    /// Returns the limits in force of the quotas of a plan, as <see cref="PlanLimits.Static"/> does; none if the plan is gone, because its counts
    /// may continue under another one. A quota that is gone keeps its limit.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="handling">That of the plan's snapshot, perhaps an earlier one.</param>
    public ReadOnlyMemory<double> LimitsOf(Plan plan, RequestHandling handling) =>
        ReferenceEquals(Handling, handling) ? plan.Limits.Static : LimitsOfEarlier(plan.Definition, plan.Limits.Static);

    private ReadOnlyMemory<double> LimitsOfEarlier(PlanDefinition plan, ReadOnlyMemory<double> limits)
    {
        if (Policies.FirstOrDefault(policy => policy.Name == plan.PolicyName)?.CountedPlanOf(plan.TokenType) is not { } current)
        {
            return default;
        }

        List<QuotaShape> shapes = [.. current.Definition.Quotas.Select(quota => quota.Shape)];
        return plan.Quotas
            .Select((quota, i) => shapes.IndexOf(quota.Shape) is >= 0 and var place ? current.Limits.Static.Span[place] : limits.Span[i])
            .ToArray();
    }
}
