using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Logs once, when the application starts, what configuration overrides and which section is missing.</summary>
internal static class StartReport
{
    /// <param name="limits">The sections.</param>
    /// <param name="options">The options that were read.</param>
    /// <param name="definition">The resulting definition.</param>
    /// <param name="endpoints">The endpoints; <see langword="null"/> for none.</param>
    /// <param name="logger">The logger.</param>
    public static void Write(
        ConfiguredLimits limits, RateLimitHeadersOptions options, RateLimitDefinition definition, EndpointDataSource? endpoints, ILogger logger)
    {
        string[] overridden =
        [
            .. options.Findings.Overridden,
            .. EndpointAssignments.Overridden(definition.Endpoints, endpoints).Select(endpoint => $"the policy of endpoint \"{endpoint}\""),
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
}
