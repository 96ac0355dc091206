namespace RateLimitHeaders.AspNetCore;

/// <summary>Tells why plans do not go on with what was counted: the shape of a quota has changed.</summary>
internal static class ShapeChanges
{
    /// <summary>Gets the plans of both definitions whose quotas have other shapes, each with what has changed.</summary>
    public static IEnumerable<(PlanDefinition Plan, string Change)> Between(RateLimitDefinition before, RateLimitDefinition after) =>
        from policy in after.Policies
        where policy.Foreign is null
        from plan in policy.Plans
        where !plan.IsExempt
        from earlier in before.Policies.Where(earlier => earlier.Name == policy.Name && earlier.Foreign is null).SelectMany(earlier => earlier.Plans)
        where earlier.TokenType == plan.TokenType && !earlier.IsExempt && !plan.HasShapesOf(earlier)
        select (plan, string.Join("; ", Changes(earlier.Quotas, plan.Quotas)));

    private static IEnumerable<string> Changes(IReadOnlyList<Quota> before, IReadOnlyList<Quota> after)
    {
        var count = 0;
        foreach (var quota in after)
        {
            var earlier = before.FirstOrDefault(earlier => earlier.Shape.Name == quota.Shape.Name);
            if (earlier is null || earlier.Shape != quota.Shape)
            {
                count++;
                yield return earlier is null ? $"quota \"{quota.Shape.Name}\" is new" : $"quota \"{quota.Shape.Name}\" has {Difference(earlier.Shape, quota.Shape)}";
            }
        }

        foreach (var gone in before.Where(earlier => after.All(quota => quota.Shape.Name != earlier.Shape.Name)))
        {
            count++;
            yield return $"quota \"{gone.Shape.Name}\" is gone";
        }

        if (count == 0)
        {
            yield return "the quotas have another order";
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
