using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Says what is allowed in a configuration and hardly meant.</summary>
internal static class DefinitionWarnings
{
    /// <summary>Looks at the quotas of each plan.</summary>
    public static void Check(RateLimitDefinition definition, ILogger logger)
    {
        // Most plans of a policy are one and the same for several token types.
        var findings = definition.Policies.SelectMany(policy => policy.Plans).SelectMany(FindLowerLimits);
        foreach (var finding in findings.GroupBy(found => (found.Plan.PolicyName, found.Longer, found.Shorter)))
        {
            var (policy, longer, shorter) = finding.Key;
            Log.LongerWindowIsLower(logger, policy, string.Join(", ", finding.Select(found => found.Plan.TokenType)), longer, shorter);
        }
    }

    /// <summary>Looks at the endpoints.</summary>
    public static void Check(EndpointDataSource? endpoints, ILogger logger)
    {
        if (endpoints is null)
        {
            return;
        }

        // The type is internal to routing. What its method adds to an endpoint tells it.
        var mark = new ShortCircuitProbe().TypeOfMetadata();
        foreach (var endpoint in endpoints.Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null
                && endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null
                && endpoint.Metadata.Any(item => item.GetType() == mark))
            {
                Log.ShortCircuited(logger, endpoint.DisplayName);
            }
        }
    }

    private static IEnumerable<(PlanDefinition Plan, string Longer, string Shorter)> FindLowerLimits(PlanDefinition plan) =>
        from longer in plan.QuotaDefinitions
        let shorter = plan.QuotaDefinitions.FirstOrDefault(quota => IsHigherIn(quota, longer))
        where shorter is not null
        select (plan, longer.Quota.Description.Name, shorter.Quota.Description.Name);

    private static bool IsHigherIn(QuotaDefinition shorter, QuotaDefinition longer) =>
        shorter.Limit is null && longer.Limit is null
        && shorter.DynamicCost == longer.DynamicCost && shorter.Cost == longer.Cost
        && shorter.Quota.Shape.Unit == longer.Quota.Shape.Unit
        && shorter.Quota.Shape.Window > 0
        && shorter.Quota.Shape.Window < longer.Quota.Shape.Window
        && shorter.Quota.Limit > longer.Quota.Limit;

    private sealed class ShortCircuitProbe : IEndpointConventionBuilder
    {
        private readonly List<Action<EndpointBuilder>> _conventions = [];

        public void Add(Action<EndpointBuilder> convention) => _conventions.Add(convention);

        public Type? TypeOfMetadata()
        {
            this.ShortCircuit();
            var builder = new ProbedEndpoint();
            _conventions.ForEach(convention => convention(builder));
            return builder.Metadata.FirstOrDefault()?.GetType();
        }
    }

    private sealed class ProbedEndpoint : EndpointBuilder
    {
        public override Endpoint Build() => throw new NotSupportedException("Only its metadata is looked at.");
    }
}
