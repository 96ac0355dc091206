using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Checks options, and creates their definition.</summary>
internal static class RateLimitDefinitionFactory
{
    /// <summary>Creates the definition, or throws all errors.</summary>
    /// <param name="options">The options.</param>
    /// <param name="services">The application's services.</param>
    /// <param name="endpoints">The endpoints, which must require policies that exist; <see langword="null"/> while they are not known.</param>
    /// <param name="store">The store that counts the plans; <see langword="null"/> for memory.</param>
    /// <exception cref="RateLimitConfigurationException">There are errors.</exception>
    public static RateLimitDefinition Create(
        RateLimitHeadersOptions options, IServiceProvider services, EndpointDataSource? endpoints, RateLimitStore? store)
    {
        var errors = new ConfigurationErrors();
        errors.AddRange(options.Conflicts);
        errors.AddRange(ErrorsOf(options.Findings, services));
        var ofSettings = errors.ForSettings(options.Findings);
        LimitsChecks.Check(options, ofSettings);
        PrincipalChecks.Check(nameof(options.Principals), options.Principals, services, ofSettings);
        HeaderChecks.Check(options.Headers, options.Findings, ofSettings);

        var principals = PrincipalsDefinition.Of(options.Principals);
        var sources = NamedPolicy.AllOf(options);
        foreach (var source in sources)
        {
            PolicyChecks.Check(source, source.PrincipalsOr(principals).TokenTypes, options.Enforce, services, options.Findings, ofSettings);
        }

        EquatableList<EndpointAssignment> assignments = [.. EndpointAssignment.Of(options)];
        Endpoint[] checkedEndpoints = [.. endpoints?.Endpoints ?? [], .. HubInvocations.EndpointsOf(endpoints, services)];
        EndpointChecks.Check(checkedEndpoints, [.. sources.Select(source => source.Name)], assignments, options.CombinePolicies, errors);
        EndpointPatternChecks.Check(options, assignments, endpoints, ofSettings);

        // A store validates the plans that can be created, so that its errors are known together with those of other plans.
        PolicyDefinition[] policies = [.. sources.Select(source => PolicyFactory.Create(source, principals, options))];
        SharedResourceChecks.Check(policies, errors);
        CheckStores(services, store, policies, errors);
        var defaultPolicy = options.DefaultPolicy ?? (options.Quotas.Count > 0 ? RateLimitsBuilder.DefaultPolicyName : null);
        EquatableList<ConfiguredEndpointCost> endpointCosts = [.. ConfiguredEndpointCost.Of(options)];
        EndpointCostChecks.Check(
            endpointCosts,
            policies,
            sources,
            checkedEndpoints,
            endpoint => EndpointAssignment.PolicyNamesOf(endpoint, assignments, options, defaultPolicy),
            ofSettings);
        errors.ThrowIfAny();
        return new RateLimitDefinition
        {
            Principals = principals,
            Policies = new(policies),
            DefaultPolicy = defaultPolicy,
            GlobalPolicy = options.GlobalPolicy,
            CombinePolicies = options.CombinePolicies,
            Endpoints = assignments,
            EndpointCosts = endpointCosts,
            Headers = HeadersFactory.Create(options.Headers, services),
            MaxPartitions = options.MaxPartitions,
            TimeProvider = options.TimeProvider ?? services.GetService<TimeProvider>() ?? TimeProvider.System,
            LoggedCallerSecret = options.LogCallers ? HeadersFactory.SecretOf(options.Headers.Ietf, services) : null,
            ExemptWhen = options.ExemptWhen,
        };
    }

    /// <summary>
    /// Gets the errors of reading configuration. <see cref="RateLimitErrorIds.CodeWithoutRules"/> is left out while a pipeline may still add rules.
    /// </summary>
    private static IEnumerable<RateLimitConfigurationError> ErrorsOf(SettingFindings findings, IServiceProvider services) =>
        services.GetService<PipelineLimits>()?.MayCome == true
            ? findings.Errors.Where(error => error.Id != RateLimitErrorIds.CodeWithoutRules)
            : findings.Errors;

    private static void CheckStores(
        IServiceProvider services, RateLimitStore? store, IEnumerable<PolicyDefinition> policies, ConfigurationErrors errors)
    {
        string[] stores = [.. services.GetServices<RateLimitStore>().Select(registered => registered.Name)];
        errors.AddIf(
            stores.Length > 1,
            RateLimitErrorIds.StoreRepeated,
            string.Empty,
            $"There are several stores ({string.Join(", ", stores)}), and all plans are counted in one; keep one of them.");
        if (store is not null)
        {
            StoreChecks.Check(store, [.. policies.SelectMany(policy => policy.Plans).Where(plan => plan.Quotas.Count > 0)], errors);
        }
    }
}
