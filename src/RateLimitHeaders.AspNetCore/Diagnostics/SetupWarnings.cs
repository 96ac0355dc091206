using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Logs what is allowed and probably not intended in a set-up, and what configuration overrides.</summary>
internal static class SetupWarnings
{
    /// <summary>Examines the quotas of each plan.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="before">The previous one, whose findings are not logged again; <see langword="null"/> for none.</param>
    /// <param name="logger">The logger.</param>
    public static void OfDefinition(RateLimitDefinition definition, RateLimitDefinition? before, ILogger logger)
    {
        foreach (var (policy, tokenTypes, longer, shorter) in LowerLimits(definition).Except(before is null ? [] : LowerLimits(before)))
        {
            Log.LongerWindowIsLower(logger, policy, tokenTypes, longer, shorter);
        }
    }

    /// <summary>Logs which settings of code configuration overrides, and which sections are missing.</summary>
    /// <param name="limits">The sections.</param>
    /// <param name="options">The options that were read.</param>
    /// <param name="definition">The resulting definition.</param>
    /// <param name="endpoints">The endpoints; <see langword="null"/> for none.</param>
    /// <param name="logger">The logger.</param>
    public static void OfConfiguration(
        ConfiguredLimits limits, RateLimitHeadersOptions options, RateLimitDefinition definition, EndpointDataSource? endpoints, ILogger logger)
    {
        string[] overridden =
        [
            .. options.Findings.Overridden,
            .. EndpointAssignment.Overridden(definition.Endpoints, endpoints).Select(endpoint => $"the policy of endpoint \"{endpoint}\""),
        ];
        if (overridden.Length > 0)
        {
            Log.ConfigurationOverrides(logger, string.Join(", ", overridden));
        }

        foreach (var section in limits.HasGivenSections ? limits.Sections.Where(section => !section.GetChildren().Any()) : [])
        {
            Log.SectionMissing(logger, section.Path);
        }
    }

    /// <summary>Examines the endpoints, and the hubs among them.</summary>
    public static void OfEndpoints(EndpointDataSource? endpoints, IServiceProvider services, ILogger logger)
    {
        if (endpoints is null)
        {
            return;
        }

        // The type is internal to routing. It is recognized by what its method adds to an endpoint.
        var mark = new ShortCircuitProbe().TypeOfMetadata();
        HashSet<MethodInfo> handlers = [];
        foreach (var endpoint in endpoints.Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null
                && endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null
                && endpoint.Metadata.Any(item => item.GetType() == mark))
            {
                Log.ShortCircuited(logger, endpoint.NameOrRoute());
            }

            // An index page has two endpoints.
            foreach (var handler in FindHandlersWithAttributes(endpoint).Where(handlers.Add))
            {
                Log.PageHandlerIgnored(logger, $"{handler.DeclaringType?.Name}.{handler.Name}");
            }
        }

        HubInvocations.Warn(endpoints, services, logger);
    }

    /// <summary>
    /// Logs which policies limit nothing: a forgotten <c>DefaultPolicy</c> leaves an API unlimited. Endpoints can be added later, so that
    /// it is not an error.
    /// </summary>
    public static void OfUnusedPolicies(RateLimitRuntime runtime, IServiceProvider services, ILogger logger)
    {
        string[] unused = [.. UnusedPolicies(runtime.Current, services.GetService<EndpointDataSource>())];
        foreach (var name in unused.Except(runtime.UnusedPolicies))
        {
            Log.PolicyUnused(logger, name);
        }

        runtime.UnusedPolicies = unused;
    }

    /// <summary>Examines the endpoints when the application has started: a branch of a pipeline is built before all of them are mapped.</summary>
    public static void OfUnusedPoliciesOnStart(RateLimitRuntime runtime, IServiceProvider services, ILogger logger)
    {
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            lifetime.ApplicationStarted.Register(() => OfUnusedPolicies(runtime, services, logger));
        }
    }

    /// <summary>Logs which settings have no effect in a pipeline that configures limits without the services of <c>AddRateLimitHeaders()</c>.</summary>
    public static void OfMissingServices(RateLimitHeadersOptions options, IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);
        if (options.Headers.ExposeToBrowsers)
        {
            Log.ExposureWithoutServices(logger);
        }

        if (services.GetService<IConfiguration>()?.GetSection(ConfiguredLimits.SectionName) is { } section && section.Exists())
        {
            Log.SectionUnread(logger, section.Path);
        }
    }

    // With runtime compilation the handlers of a page are not known before its first request.
    private static IEnumerable<MethodInfo> FindHandlersWithAttributes(Endpoint endpoint) =>
        from handler in endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>()?.HandlerMethods ?? []
        where handler.MethodInfo.GetCustomAttributes(inherit: true)
            .Any(attribute => attribute is EnableRateLimitingAttribute or DisableRateLimitingAttribute or RateLimitCostAttribute)
        select handler.MethodInfo;

    private static IEnumerable<string> UnusedPolicies(RateLimitSnapshot snapshot, EndpointDataSource? endpoints)
    {
        var definition = snapshot.Definition;
        var used = (endpoints?.Endpoints ?? []).Where(endpoint => !endpoint.IsDynamic()).SelectMany(snapshot.Endpoints.PoliciesOf).Select(policy => policy.Name)
            .Concat(HubInvocations.PolicyNamesOf(endpoints))
            .Append(definition.DefaultPolicy)
            .Append(definition.GlobalPolicy);
        return definition.Policies.Select(policy => policy.Name).Except(used).OfType<string>();
    }

    // Most plans of a policy are the same object for several token types.
    private static IEnumerable<(string Policy, string TokenTypes, string Longer, string Shorter)> LowerLimits(RateLimitDefinition definition) =>
        from found in definition.Policies.SelectMany(policy => policy.Plans).SelectMany(FindLowerLimits)
        group found.Plan.TokenType by (found.Plan.PolicyName, found.Longer, found.Shorter) into same
        select (same.Key.PolicyName, string.Join(", ", same), same.Key.Longer, same.Key.Shorter);

    private static IEnumerable<(PlanDefinition Plan, string Longer, string Shorter)> FindLowerLimits(PlanDefinition plan) =>
        from longer in plan.QuotaDefinitions
        let shorter = plan.QuotaDefinitions.FirstOrDefault(quota => IsHigherIn(quota, longer))
        where shorter is not null
        select (plan, longer.Quota.Description.Name, shorter.Quota.Description.Name);

    private static bool IsHigherIn(QuotaDefinition shorter, QuotaDefinition longer) =>
        shorter.Limit is null && longer.Limit is null
        && shorter.DynamicCost == longer.DynamicCost && shorter.Cost == longer.Cost
        && shorter.Bytes == longer.Bytes && Equals(shorter.Counting, longer.Counting)
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
