namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The limits that <c>UseRateLimitHeaders(limits => …)</c> gives where <c>AddRateLimitHeaders()</c> has registered the services:
/// they become part of the registered options, so that the runtime of the pipeline is the registered one.
/// </summary>
internal sealed class PipelineLimits
{
    private Action<RateLimitsBuilder>? _configure;

    /// <summary>Takes the limits of the pipeline.</summary>
    public void Set(Action<RateLimitsBuilder> configure) => _configure = configure;

    /// <summary>Writes them into the options.</summary>
    public void Configure(RateLimitHeadersOptions options, IServiceProvider services)
    {
        if (_configure is not null)
        {
            RateLimitsBuilder.Configure(options, services, _configure);
        }
    }
}
