using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The limits that <c>UseRateLimitHeaders(limits => …)</c> configures if <c>AddRateLimitHeaders()</c> has registered the services:
/// they become part of the registered options, so that the runtime of the pipeline is the registered one.
/// </summary>
internal sealed class PipelineLimits(
    IOptionsMonitorCache<RateLimitHeadersOptions> options, IEnumerable<RegisteredLimits> registered, MappedEndpoints endpoints)
{
    private Action<RateLimitsBuilder>? _configure;

    /// <summary>Gets a value indicating whether limits may still come: code has given none, and the pipeline is not built yet.</summary>
    public bool MayCome => _configure is null && !endpoints.AreMapped && !registered.Any();

    /// <summary>Takes the limits of the pipeline.</summary>
    public void Set(Action<RateLimitsBuilder> configure)
    {
        if (_configure is not null)
        {
            throw new InvalidOperationException(
                "UseRateLimitHeaders(limits => …) is called in several branches, and AddRateLimitHeaders() registers one set of limits; "
                + "give all limits in AddRateLimitHeaders and call UseRateLimitHeaders() in each branch.");
        }

        _configure = configure;

        // A pipeline that is built while the host starts comes after the check of the options, which keeps them.
        options.Clear();
    }

    /// <summary>Writes them into the options.</summary>
    public void Configure(RateLimitHeadersOptions settings, IServiceProvider services)
    {
        if (_configure is not null)
        {
            RateLimitsBuilder.Configure(settings, services, _configure);
        }
    }
}
