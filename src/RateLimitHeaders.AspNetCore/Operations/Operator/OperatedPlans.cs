namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the plans and the principals that an operator means.</summary>
internal static class OperatedPlans
{
    /// <summary>Finds the plans, each with the caller: an address where the rules of its policy identify callers of the token type by theirs.</summary>
    /// <remarks>An id of a partition means the policies that count by so many values, and any other id those that count callers as a whole.</remarks>
    /// <exception cref="ArgumentException">
    /// The policy does not exist, does not count the token type or does not count by such an id, or the id is empty.
    /// </exception>
    public static IReadOnlyList<OperatedPlan> Of(RateLimitSnapshot snapshot, RateLimitTarget target)
    {
        var plans = Of(snapshot, target.PolicyName, target.TokenType)
            .Select(plan => (Plan: plan, Policy: snapshot.Definition.Policies.First(policy => policy.Name == plan.Definition.PolicyName)))
            .ToLookup(plan => plan.Policy.Dimensions?.Count ?? 0);
        var values = PartitionDimensions.ValuesIn(target.Id);
        OperatedPlan[] meant =
        [
            .. from plan in plans[plans.Contains(values) ? values : 0]
               let address = (plan.Policy.Principals ?? snapshot.Definition.Principals).Address
               select new OperatedPlan(
                   plan.Policy.Name,
                   plan.Plan,
                   address.Declares(target.TokenType) && address.TryParse(target.Id, out var principal)
                       ? principal
                       : new RateLimitPrincipal(plan.Plan.Definition.CallerTokenType, target.Id)),
        ];
        return meant.Length > 0 ? meant : throw new ArgumentException(IdIsOfNoPartition(plans.First().First().Policy), nameof(target));
    }

    /// <summary>Finds the plans.</summary>
    /// <exception cref="ArgumentException">The policy does not exist or does not count the token type.</exception>
    public static IReadOnlyList<Plan> Of(RateLimitSnapshot snapshot, string? policyName, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenType);
        Plan[] plans = [.. snapshot.Policies
            .Where(policy => policyName is null || policy.Name == policyName)
            .SelectMany(policy => policy.CountedPlansOf(tokenType))];
        return plans.Length > 0 ? plans : throw new ArgumentException(
            policyName is null
                ? $"No policy counts the token type \"{tokenType}\"."
                : $"There is no policy \"{policyName}\" that counts the token type \"{tokenType}\".",
            nameof(tokenType));
    }

    /// <summary>Gets one plan for each partition: plans of policies that share a count change the same one.</summary>
    public static IEnumerable<OperatedPlan> OnePerPartition(this IEnumerable<OperatedPlan> plans) =>
        from plan in plans
        group plan by (plan.Plan.Definition.CountedAs, plan.Plan.Definition.CountedTokenType, plan.Principal) into same

        // A plan with bans forgets rejections, too, where it is reset.
        select same.OrderByDescending(plan => plan.Plan.Bans is not null).First() with
        {
            PolicyNames = string.Join(", ", same.Select(plan => plan.PolicyNames)),
        };

    private static string IdIsOfNoPartition(PolicyDefinition policy)
    {
        var count = policy.Dimensions!.Count;
        return $"Policy \"{policy.Name}\" counts the requests of a caller apart by {count} value{(count == 1 ? string.Empty : "s")}: the id must be that "
            + $"of a partition, such as \"{string.Concat(Enumerable.Repeat("value/", count))} ada\", as a listing of callers tells it.";
    }
}
