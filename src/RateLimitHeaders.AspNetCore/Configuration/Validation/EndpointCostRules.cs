using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What the costs of endpoints must keep under the policies that the endpoints have.</summary>
internal static class EndpointCostRules
{
    /// <summary>Checks the costs that configuration and endpoints give.</summary>
    /// <param name="configured">What configuration gives.</param>
    /// <param name="policies">The policies, without plans that have errors.</param>
    /// <param name="endpoints">The endpoints; none while they are not known.</param>
    /// <param name="policyNamesOf">Gets the names of the policies of an endpoint.</param>
    public static IEnumerable<RateLimitConfigurationError> Check(
        IReadOnlyCollection<ConfiguredEndpointCost> configured,
        IReadOnlyCollection<PolicyDefinition> policies,
        IEnumerable<Endpoint> endpoints,
        Func<Endpoint, IEnumerable<string>> policyNamesOf)
    {
        foreach (var (_, _, cost) in configured.Where(cost => !CostRules.IsInRange(cost.Cost.Permits)))
        {
            yield return CostRules.OutOfRange(cost.Path, "The cost", cost.Permits);
        }

        foreach (var endpoint in endpoints)
        {
            string[] names = [.. policyNamesOf(endpoint)];
            foreach (var other in configured.Where(cost => !names.Contains(cost.PolicyName) && IsOf(endpoint, cost)))
            {
                yield return new(
                    RateLimitErrorIds.EndpointCostOfOtherPolicy,
                    other.Cost.Path,
                    $"\"{other.Pattern.Text}\" matches endpoint \"{endpoint.DisplayName}\", which has "
                        + $"{(names.Length == 0 ? "no policy" : $"the policy \"{names[0]}\"")}; give its cost there, or leave it out.");
            }

            PolicyDefinition[] own = [.. names.Select(name => policies.FirstOrDefault(policy => policy.Name == name)).OfType<PolicyDefinition>()];
            if (own.Length > 0 && EndpointCosts.Of(endpoint, configured) is { } costs)
            {
                foreach (var error in own.All(policy => policy.Foreign is not null) ? CheckForeign(endpoint, costs, own[0]) : Check(endpoint, costs, own))
                {
                    yield return error;
                }
            }
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckForeign(Endpoint endpoint, EndpointCosts costs, PolicyDefinition policy) =>
        from cost in costs.Under(policy.Name).Take(1)
        select new RateLimitConfigurationError(
            RateLimitErrorIds.EndpointCostForeign,
            cost.Path,
            $"Endpoint \"{endpoint.DisplayName}\" has a cost, and its policy \"{policy.Name}\" has limiters of the application, of which "
                + "each request takes one permit; leave the cost out.");

    private static IEnumerable<RateLimitConfigurationError> Check(Endpoint endpoint, EndpointCosts costs, PolicyDefinition[] policies)
    {
        (PolicyDefinition Policy, QuotaDefinition Quota)[] quotas =
            [.. policies.SelectMany(policy => policy.Plans.SelectMany(plan => plan.QuotaDefinitions), (policy, quota) => (policy, quota))];
        EndpointCost[] given = [.. policies.SelectMany(policy => costs.Under(policy.Name)).Distinct()];
        return
        [
            .. from cost in given
               where cost.Path.Length == 0 && !CostRules.IsInRange(cost.Permits)
               select CostRules.OutOfRange(cost.Path, $"The cost of endpoint \"{endpoint.DisplayName}\"", cost.Permits),
            .. from cost in given
               where cost.QuotaOrUnit is { } key && quotas.Length > 0 && !quotas.Any(pair => pair.Quota.Quota.Description.Is(key))
               select new RateLimitConfigurationError(
                   RateLimitErrorIds.CostUnmatched,
                   cost.Path,
                   $"Endpoint \"{endpoint.DisplayName}\" has a cost of \"{cost.QuotaOrUnit}\", which no quota of its policy \"{policies[0].Name}\" has as "
                       + $"its name or unit; correct it or leave it out. The quotas are {NamesOf(quotas.Select(pair => pair.Quota))}."),
            .. from pair in quotas
               let quota = pair.Quota
               let cost = costs.For(pair.Policy.Name, quota)
               where cost is { Function: null } && quota.Limit is null && CostRules.IsInRange(cost.Permits) && cost.Permits > quota.Quota.Limit
               select new RateLimitConfigurationError(
                   RateLimitErrorIds.CostAboveLimit,
                   cost.Path,
                   string.Create(
                       CultureInfo.InvariantCulture,
                       $"Endpoint \"{endpoint.DisplayName}\" costs {cost.Permits} permits of quota \"{quota.Quota.Description.Name}\" (policy "
                           + $"\"{pair.Policy.Name}\"), whose limit is {quota.Quota.Limit}; raise the limit or lower the cost, or else no request is ever admitted.")),
        ];
    }

    private static bool IsOf(Endpoint endpoint, ConfiguredEndpointCost cost) =>
        EndpointCosts.Of(endpoint, [cost])?.Under(cost.PolicyName).Contains(cost.Cost) is true;

    private static string NamesOf(IEnumerable<QuotaDefinition> quotas) =>
        string.Join(", ", quotas.Select(quota => $"\"{quota.Quota.Description.Name}\"").Distinct());
}
