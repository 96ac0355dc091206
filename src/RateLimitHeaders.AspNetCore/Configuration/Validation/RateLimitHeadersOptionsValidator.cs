using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Checks the options when the application starts, even if no pipeline uses them.</summary>
/// <remarks>
/// A pipeline with the middleware makes the definition when it is built. By then all endpoints are known, so that it throws
/// their errors together with all others; checking the options before would hide them.
/// </remarks>
internal sealed class RateLimitHeadersOptionsValidator(IServiceProvider services, UnusedLimitsWarning usage)
    : IValidateOptions<RateLimitHeadersOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitHeadersOptions options)
    {
        if (name == Options.DefaultName && !usage.AreUsed)
        {
            RateLimitDefinitionFactory.Create(options, services, endpoints: null, services.GetService<RateLimitStore>());
        }

        return ValidateOptionsResult.Success;
    }
}
