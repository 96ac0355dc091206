using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Checks the options when the application starts, even if no pipeline uses them.</summary>
internal sealed class RateLimitHeadersOptionsValidator(IServiceProvider services, UnusedLimitsWarning usage)
    : IValidateOptions<RateLimitHeadersOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitHeadersOptions options)
    {
        // A pipeline with the middleware creates the definition when it is built. By then all endpoints are known, so that it
        // throws their errors together with all others; an exception now would hide them.
        if (name == Options.DefaultName && !usage.AreUsed)
        {
            var store = services.GetService<RateLimitStore>();
            var configured = services.GetRequiredService<ConfiguredLimits>().Over(options);
            if (!MayComeFromAPipeline(configured))
            {
                RateLimitDefinitionFactory.Create(configured, services, endpoints: null, store);
            }
        }

        return ValidateOptionsResult.Success;
    }

    private bool MayComeFromAPipeline(RateLimitHeadersOptions options) =>
        services.GetService<RegisteredLimits>() is null
        && options.Policies.Count + options.Quotas.Count == 0
        && options.Findings.Errors.All(error => error.Id == RateLimitErrorIds.CodeWithoutRules);
}
