namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the plans and the principals that an operator acts on.</summary>
internal static class OperatedPlans
{
    /// <summary>Finds the plans, each with the caller: an address if the rules of its policy identify callers of the token type by address.</summary>
    /// <remarks>The id of a partition selects the policies that count by as many values, and any other id those that count callers as a whole.</remarks>
    /// <exception cref="ArgumentException">
    /// The policy does not exist, does not count the token type or does not count by such an id, or the id is empty.
    /// </exception>
    public static IReadOnlyList<OperatedPlan> Of(RateLimitSnapshot snapshot, RateLimitTarget target)
    {
        var plans = Of(snapshot, target.PolicyName, target.TokenType).ToLookup(plan => PolicyOf(snapshot, plan).Dimensions?.Count ?? 0);
        var values = PartitionDimensions.ValuesIn(target.Id);
        OperatedPlan[] meant =
        [
            .. from plan in plans[plans.Contains(values) ? values : 0]
               select new OperatedPlan(plan.Definition.PolicyName, plan, PrincipalOf(snapshot, plan, target.Id)),
        ];
        return meant.Length > 0 ? meant : throw new ArgumentException(IdIsOfNoPartition(PolicyOf(snapshot, plans.First().First())), nameof(target));
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

    /// <summary>Returns one plan for each partition: plans of policies that share a count change the same one.</summary>
    public static IEnumerable<OperatedPlan> OnePerPartition(this IEnumerable<OperatedPlan> plans) =>
        from plan in plans
        group plan by (plan.Plan.Definition.CountedAs, plan.Plan.Definition.CountedTokenType, plan.Principal) into same

        // A reset of a plan with bans also clears rejections.
        select same.OrderByDescending(plan => plan.Plan.Bans is not null).First() with
        {
            PolicyNames = string.Join(", ", same.Select(plan => plan.PolicyNames)),
        };

    /// <summary>Returns whether a plan is report-only for a caller, or for the caller of a partition.</summary>
    public static bool IsReportOnly(RateLimitSnapshot snapshot, Plan plan, string id)
    {
        var caller = PolicyOf(snapshot, plan).Dimensions is null ? id : id[(id.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return plan.For(PrincipalOf(snapshot, plan, caller)).IsReportOnly;
    }

    private static PolicyDefinition PolicyOf(RateLimitSnapshot snapshot, Plan plan) =>
        snapshot.Definition.Policies.First(policy => policy.Name == plan.Definition.PolicyName);

    /// <summary>Returns the principal that an operator specifies by an id.</summary>
    public static RateLimitPrincipal PrincipalOf(RateLimitSnapshot snapshot, Plan plan, string id)
    {
        var tokenType = plan.Definition.CallerTokenType;
        var address = (PolicyOf(snapshot, plan).Principals ?? snapshot.Definition.Principals).Address;
        return address.Declares(tokenType) && address.TryParse(id, out var principal) ? principal : new RateLimitPrincipal(tokenType, id);
    }

    private static string IdIsOfNoPartition(PolicyDefinition policy)
    {
        var count = policy.Dimensions!.Count;
        return $"Policy \"{policy.Name}\" counts the requests of a caller separately by {count} value{(count == 1 ? string.Empty : "s")}: the id must be "
            + $"the id of a partition, such as \"{string.Concat(Enumerable.Repeat("value/", count))} ada\", as a listing of callers returns it.";
    }
}
