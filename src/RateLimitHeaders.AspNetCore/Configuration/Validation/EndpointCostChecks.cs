using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the costs of endpoints under the policies that the endpoints have.</summary>
internal static class EndpointCostChecks
{
    /// <summary>Checks the costs of configuration and of endpoints.</summary>
    /// <param name="configured">The costs of configuration.</param>
    /// <param name="policies">The policies, without plans that have errors.</param>
    /// <param name="sources">The policies as options have them, with the quotas of plans that are exempt or have errors.</param>
    /// <param name="endpoints">The endpoints; none while they are not known.</param>
    /// <param name="policyNamesOf">Returns the names of the policies of an endpoint.</param>
    /// <param name="errors">The errors.</param>
    public static void Check(
        IReadOnlyCollection<ConfiguredEndpointCost> configured,
        IReadOnlyCollection<PolicyDefinition> policies,
        IReadOnlyCollection<NamedPolicy> sources,
        IEnumerable<Endpoint> endpoints,
        Func<Endpoint, IEnumerable<string>> policyNamesOf,
        ConfigurationErrors errors)
    {
        foreach (var (_, _, cost) in configured)
        {
            CostChecks.CheckRange(cost.Path, "The cost", cost.Permits, errors);
        }

        foreach (var endpoint in endpoints)
        {
            string[] names = [.. policyNamesOf(endpoint)];
            errors.AddRange(
                from other in configured
                where !names.Contains(other.PolicyName) && endpoint is RouteEndpoint routed && other.Pattern.Matches(routed)
                select new RateLimitConfigurationError(
                    RateLimitErrorIds.EndpointCostOfOtherPolicy,
                    other.Cost.Path,
                    $"\"{other.Pattern.Text}\" matches endpoint \"{endpoint.NameOrRoute()}\", which has "
                        + $"{(names.Length == 0 ? "no policy" : $"the policy \"{names[0]}\"")}; give its cost there, or leave it out."));

            PolicyDefinition[] own = [.. names.Select(name => policies.FirstOrDefault(policy => policy.Name == name)).OfType<PolicyDefinition>()];
            if (own.Length > 0 && EndpointCosts.Of(endpoint, configured) is { } costs)
            {
                Check(endpoint, costs, own, [.. sources.Where(source => names.Contains(source.Name))], errors);
            }
        }
    }

    private static void Check(Endpoint endpoint, EndpointCosts costs, PolicyDefinition[] policies, NamedPolicy[] sources, ConfigurationErrors errors)
    {
        if (policies.All(policy => policy.Foreign is not null))
        {
            errors.AddRange(
                from cost in costs.Under(policies[0].Name).Take(1)
                select new RateLimitConfigurationError(
                    RateLimitErrorIds.EndpointCostForeign,
                    cost.Path,
                    $"Endpoint \"{endpoint.NameOrRoute()}\" has a cost, and its policy \"{policies[0].Name}\" has limiters of the application, of which "
                        + "each request takes one permit; leave the cost out."));
            return;
        }

        EndpointCost[] given = [.. policies.SelectMany(policy => costs.Under(policy.Name)).Distinct()];
        foreach (var cost in given.Where(cost => cost.Path.Length == 0))
        {
            CostChecks.CheckRange(cost.Path, $"The cost of endpoint \"{endpoint.NameOrRoute()}\"", cost.Permits, errors);
        }

        (PolicyDefinition Policy, QuotaDefinition Quota)[] quotas =
            [.. policies.SelectMany(policy => policy.Plans.SelectMany(plan => plan.QuotaDefinitions), (policy, quota) => (policy, quota))];
        errors.AddRange(
            from cost in given
            where cost.QuotaOrUnit is { } key && quotas.Length > 0 && !IsOfAnyPlan(sources, key)
            select new RateLimitConfigurationError(
                RateLimitErrorIds.CostUnmatched,
                cost.Path,
                $"Endpoint \"{endpoint.NameOrRoute()}\" has a cost of \"{cost.QuotaOrUnit}\", which no quota of its policy \"{policies[0].Name}\" has as "
                    + $"its name or unit; correct it or leave it out. The quotas are {NamesOf(quotas.Select(pair => pair.Quota))}."));
        errors.AddRange(
            from pair in quotas
            let quota = pair.Quota
            let cost = costs.For(pair.Policy.Name, quota)
            where cost is { Function: null } && quota.Limit is null && CostChecks.IsInRange(cost.Permits) && cost.Permits > quota.Quota.Limit
            select new RateLimitConfigurationError(
                RateLimitErrorIds.CostAboveLimit,
                cost.Path,
                FormattableString.Invariant(
                    $"Endpoint \"{endpoint.NameOrRoute()}\" costs {cost.Permits} permits of quota \"{quota.Quota.Description.Name}\" (policy ")
                    + FormattableString.Invariant($"\"{pair.Policy.Name}\"), whose limit is {quota.Quota.Limit}; ")
                    + "raise the limit or lower the cost, or else no request is ever admitted."));
    }

    private static bool IsOfAnyPlan(NamedPolicy[] sources, string key) => sources.Any(source => new PolicyPlans(source.Path, source.Options).All
        .Any(plan => plan.Options.Quotas.Any(quota => QuotaCosts.Matches(key, quota.Key, quota.Value))));

    private static string NamesOf(IEnumerable<QuotaDefinition> quotas) =>
        string.Join(", ", quotas.Select(quota => $"\"{quota.Quota.Description.Name}\"").Distinct());
}
