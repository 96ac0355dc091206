using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Says which settings have no effect in a pipeline that gives limits without the services of <c>AddRateLimitHeaders()</c>.</summary>
internal static class MissingServices
{
    public static void Warn(RateLimitHeadersOptions options, IServiceProvider services)
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
}
