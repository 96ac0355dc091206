using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Adds the names of this library's policies to ASP.NET Core's own <c>RateLimiterOptions</c>, as policies that limit nothing.
/// So a proxy that looks for the policy of a route there (YARP) starts, and <c>UseRateLimiter()</c> in the same pipeline passes on
/// requests whose endpoint requires one of these policies, instead of failing them. The options are created once, so that a
/// policy of a later change of configuration is not among them.
/// </summary>
internal sealed class StockPolicyNames(
    IOptionsMonitor<RateLimitHeadersOptions> code, ConfiguredLimits configured, IServiceProvider services, ILoggerFactory loggers)
    : IPostConfigureOptions<RateLimiterOptions>
{
    public void PostConfigure(string? name, RateLimiterOptions options)
    {
        var logger = loggers.CreateLogger(Log.Category);
        var limits = configured.Over(code.CurrentValue, services.GetService<RateLimitStore>());
        foreach (var policy in NamedPolicy.AllOf(limits).Select(policy => policy.Name))
        {
            try
            {
                options.AddPolicy(policy, static _ => RateLimitPartition.GetNoLimiter(string.Empty));
            }
            catch (ArgumentException)
            {
                // RateLimiterOptions offers no other way to find out whether a name is taken.
                Log.LimitedTwice(logger, policy);
            }
        }

        if (options.GlobalLimiter is not null)
        {
            Log.GlobalLimiterBeside(logger);
        }
    }
}
