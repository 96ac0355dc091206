using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Checks the options when the application starts, even if no pipeline uses them.</summary>
internal sealed class RateLimitHeadersOptionsValidator(IServiceProvider services, UnusedLimitsWarning usage) : IValidateOptions<RateLimitHeadersOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitHeadersOptions options) => throw new NotImplementedException();
}
