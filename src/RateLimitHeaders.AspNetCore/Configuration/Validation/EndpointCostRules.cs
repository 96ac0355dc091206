using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What the costs of endpoints must keep under the policies that the endpoints have.</summary>
internal static class EndpointCostRules
{
    /// <summary>Checks the costs that configuration and endpoints give.</summary>
    /// <param name="options">The options.</param>
    /// <param name="policies">The policies, without plans that have errors.</param>
    /// <param name="endpoints">The endpoints; <see langword="null"/> while they are not known.</param>
    /// <param name="policyNameOf">Gets the name of the policy of an endpoint; <see langword="null"/> for none.</param>
    public static IEnumerable<RateLimitConfigurationError> Check(
        RateLimitHeadersOptions options,
        IReadOnlyCollection<PolicyDefinition> policies,
        EndpointDataSource? endpoints,
        Func<Endpoint, string?> policyNameOf)
    {
        ConfiguredEndpointCost[] configured = [.. ConfiguredEndpointCost.Of(options)];
        foreach (var (_, _, cost) in configured.Where(cost => !CostRules.IsInRange(cost.Cost.Permits)))
        {
            yield return CostRules.OutOfRange(cost.Path, "The cost", cost.Permits);
        }

        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            var name = policyNameOf(endpoint);
            foreach (var other in configured.Where(cost => cost.PolicyName != name && EndpointCosts.Of(endpoint, [cost])?.Under(cost.PolicyName).Contains(cost.Cost) is true))
            {
                yield return new(
                    RateLimitErrorIds.EndpointCostOfOtherPolicy,
                    other.Cost.Path,
                    $"\"{other.Pattern.Text}\" matches endpoint \"{endpoint.DisplayName}\", which has "
                        + $"{(name is null ? "no policy" : $"the policy \"{name}\"")}; give its cost there, or leave it out.");
            }

            if (policies.FirstOrDefault(policy => policy.Name == name) is { } policy && EndpointCosts.Of(endpoint, configured) is { } costs)
            {
                foreach (var error in Check(endpoint, costs, policy))
                {
                    yield return error;
                }
            }
        }
    }

    private static IEnumerable<RateLimitConfigurationError> Check(Endpoint endpoint, EndpointCosts costs, PolicyDefinition policy)
    {
        EndpointCost[] given = [.. costs.Under(policy.Name)];
        if (policy.Foreign is not null)
        {
            return given.Length == 0 ? [] :
            [
                new(
                    RateLimitErrorIds.EndpointCostForeign,
                    given[0].Path,
                    $"Endpoint \"{endpoint.DisplayName}\" has a cost, and its policy \"{policy.Name}\" has limiters of the application, of which "
                        + "each request takes one permit; leave the cost out."),
            ];
        }

        QuotaDefinition[] quotas = [.. policy.Plans.SelectMany(plan => plan.QuotaDefinitions)];
        return
        [
            .. from cost in given
               where cost.Path.Length == 0 && !CostRules.IsInRange(cost.Permits)
               select CostRules.OutOfRange(cost.Path, $"The cost of endpoint \"{endpoint.DisplayName}\"", cost.Permits),
            .. from cost in given
               where cost.QuotaOrUnit is { } key && quotas.Length > 0 && !quotas.Any(quota => IsOf(quota, key))
               select new RateLimitConfigurationError(
                   RateLimitErrorIds.CostUnmatched,
                   cost.Path,
                   $"Endpoint \"{endpoint.DisplayName}\" has a cost of \"{cost.QuotaOrUnit}\", which no quota of its policy \"{policy.Name}\" has as "
                       + $"its name or unit; correct it or leave it out. The quotas are {NamesOf(quotas)}."),
            .. from quota in quotas
               let cost = costs.For(policy.Name, quota)
               where cost is { Function: null } && quota.Limit is null && CostRules.IsInRange(cost.Permits) && cost.Permits > quota.Quota.Limit
               select new RateLimitConfigurationError(
                   RateLimitErrorIds.CostAboveLimit,
                   cost.Path,
                   string.Create(
                       CultureInfo.InvariantCulture,
                       $"Endpoint \"{endpoint.DisplayName}\" costs {cost.Permits} permits of quota \"{quota.Quota.Description.Name}\" (policy "
                           + $"\"{policy.Name}\"), whose limit is {quota.Quota.Limit}; raise the limit or lower the cost, or else no request is ever admitted.")),
        ];
    }

    private static bool IsOf(QuotaDefinition quota, string quotaOrUnit) =>
        quota.Quota.Description.Name == quotaOrUnit || quota.Quota.Description.Unit == quotaOrUnit;

    private static string NamesOf(IEnumerable<QuotaDefinition> quotas) =>
        string.Join(", ", quotas.Select(quota => $"\"{quota.Quota.Description.Name}\"").Distinct());
}
