using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The costs of requests to one endpoint. The costs of each plan are known after the first request.</summary>
internal sealed class EndpointCosts
{
    private readonly ConfiguredEndpointCost[] _configured;
    private readonly EndpointCost[] _given;
    private (Plan Plan, PlanCosts Costs)[] _known = [];

    private EndpointCosts(ConfiguredEndpointCost[] configured, EndpointCost[] given)
    {
        _configured = configured;
        _given = given;
    }

    /// <summary>Returns the costs of an endpoint; <see langword="null"/> if it has none.</summary>
    public static EndpointCosts? Of(Endpoint endpoint, IEnumerable<ConfiguredEndpointCost> configured)
    {
        // A pattern with methods takes precedence over one without.
        EndpointCost[] given =
        [
            .. NearestCosts.Of(endpoint.Metadata).Select(
                cost => new EndpointCost(cost.QuotaOrUnit, cost.Permits, cost.Function, Path: string.Empty)),
        ];
        ConfiguredEndpointCost[] matching = endpoint is RouteEndpoint routed
            ? [.. configured.Where(cost => cost.Pattern.Matches(routed)).OrderBy(cost => cost.Pattern.Methods.Count == 0)]
            : [];
        return given.Length + matching.Length == 0 ? null : new EndpointCosts(matching, given);
    }

    /// <summary>Returns all costs that apply under a policy, those with precedence first.</summary>
    public IEnumerable<EndpointCost> Under(string policyName) =>
        _configured.Where(cost => cost.PolicyName == policyName).Select(cost => cost.Cost).Concat(_given);

    /// <summary>Returns the cost of a quota; <see langword="null"/> if the policy sets it.</summary>
    public EndpointCost? For(string policyName, QuotaDefinition quota)
    {
        var (name, unit) = (quota.Quota.Description.Name, quota.Quota.Description.Unit);
        return Find(name) ?? Find(unit) ?? (quota.HasCostOfItsOwn ? null : Find(null));

        EndpointCost? Find(string? quotaOrUnit) => Under(policyName).FirstOrDefault(cost => cost.QuotaOrUnit == quotaOrUnit);
    }

    /// <summary>Gets the costs of a plan.</summary>
    public PlanCosts For(Plan plan)
    {
        foreach (ref readonly var known in Volatile.Read(ref _known).AsSpan())
        {
            if (known.Plan == plan)
            {
                return known.Costs;
            }
        }

        var costs = plan.CreateCosts(this);
        Volatile.Write(ref _known, [.. _known, (plan, costs)]);
        return costs;
    }
}
