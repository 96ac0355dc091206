namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds quotas of plans that do not keep their counts: those whose shape has changed, and in a store those of plans with other keys.</summary>
internal static class ShapeChanges
{
    /// <summary>Returns the plans of both definitions that have quotas of other shapes or are counted by other keys, each with the change.</summary>
    /// <param name="before">The definition before.</param>
    /// <param name="after">The definition now.</param>
    /// <param name="isStored">Whether a store counts the plans, which it finds only by their keys.</param>
    public static IEnumerable<(PlanDefinition Plan, string Change)> Between(RateLimitDefinition before, RateLimitDefinition after, bool isStored) =>
        from policy in after.Policies
        where policy.Foreign is null
        from plan in policy.Plans
        where !plan.IsExempt
        from earlier in EarlierPlans.Of(plan, before, after)
        let keys = isStored ? KeyChanges(earlier, plan) : []
        let quotas = earlier.TokenType == plan.TokenType ? Changes(earlier.Quotas, plan.Quotas) : []
        let change = string.Join("; ", keys.Concat(quotas))
        where change.Length > 0
        select (plan, change);

    private static IEnumerable<string> KeyChanges(PlanDefinition before, PlanDefinition after)
    {
        if (after.CountedBy != before.CountedBy)
        {
            // The plan may have callers that keep their counts, in addition to those of a named plan that was removed.
            var what = before.TokenType == after.TokenType ? "the plan" : $"callers that had the plan \"{before.TokenType}\"";
            yield return $"the store counts {what} by the key {KeyOf(after)} instead of {KeyOf(before)}";
        }
    }

    private static string KeyOf(PlanDefinition plan) => $"\"{plan.CountedAs}:{plan.CountedTokenType}\"";

    private static IEnumerable<string> Changes(IReadOnlyList<Quota> before, IReadOnlyList<Quota> after)
    {
        foreach (var quota in after)
        {
            var earlier = before.FirstOrDefault(earlier => earlier.Shape.Name == quota.Shape.Name);
            if (earlier is null)
            {
                yield return $"quota \"{quota.Shape.Name}\" is new";
            }
            else if (earlier.Shape != quota.Shape)
            {
                yield return $"quota \"{quota.Shape.Name}\" has {Difference(earlier.Shape, quota.Shape)}";
            }
        }

        foreach (var gone in before.Where(earlier => after.All(quota => quota.Shape.Name != earlier.Shape.Name)))
        {
            yield return $"quota \"{gone.Shape.Name}\" was removed";
        }
    }

    private static string Difference(QuotaShape before, QuotaShape after) =>
        before.Algorithm != after.Algorithm ? $"the algorithm {after.Algorithm} instead of {before.Algorithm}"
        : before.Window != after.Window ? $"the window {new TimeSpan(after.Window)} instead of {new TimeSpan(before.Window)}"
        : before.Unit != after.Unit ? $"the unit {after.Unit} instead of {before.Unit}"
        : after.Algorithm == QuotaAlgorithm.SlidingWindow ? $"{after.Detail} segments instead of {before.Detail}"
        : after.Algorithm == QuotaAlgorithm.CalendarWindow ? "another time zone or first day of the week"
        : "another alignment to the clock";
}
