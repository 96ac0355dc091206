using Microsoft.Extensions.Configuration;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Reads rate limits from configuration, and again whenever it changes.</summary>
public static class RateLimitHeadersConfigurationExtensions
{
    /// <summary>
    /// Reads the limits from a section, on top of those that code gives. Where both set a value, configuration wins; of several
    /// sections, the later one. Without this call, the section <c>RateLimitHeaders</c> of the registered
    /// <see cref="IConfiguration"/> is read, if there is one; with it, that section is read only if it is given here.
    /// </summary>
    /// <remarks>
    /// When the configuration changes, the limits change as a whole while the application runs, and what was used stays used. What
    /// cannot work stops the start-up with a <see cref="RateLimitConfigurationException"/>; while the application runs, it is
    /// logged, and the limits in force stay. An unknown key is an error.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section, such as <c>builder.Configuration.GetSection("RateLimitHeaders")</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static IRateLimitHeadersBuilder LoadFromConfiguration(this IRateLimitHeadersBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.AddSingleton(new LimitsSection(section));
        return builder;
    }
}
